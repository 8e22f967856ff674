using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>The mutable state of a training run, as a snapshot stores it.</summary>
internal sealed class LoopState : IDisposable
{
    public LoopState(PeftModel model, TrainingOptions options, int totalSteps)
    {
        Model = model;
        Device = model.Backbone.parameters().First().device;
        Optimizer = new Optimizer(TrainedParameter.List(model), options, totalSteps, model.Adapter?.Spec.Mixture?.DecayUnpicked ?? false);
        Best = new BestWeights(model);
        Clock = new StepClock(totalSteps);
        foreach (var (_, router) in Routers)
            router.PickCounts = [];
    }

    public PeftModel Model { get; }

    public Device Device { get; }

    public Optimizer Optimizer { get; }

    public BestWeights Best { get; }

    public StepClock Clock { get; }

    /// <summary>Results of the epochs that were evaluated.</summary>
    public List<EpochResult> Epochs { get; } = [];

    /// <summary>The epoch in progress, from 1.</summary>
    public int Epoch { get; private set; } = 1;

    /// <summary>Steps of that epoch that are done, including skipped ones.</summary>
    public int Position { get; private set; }

    /// <summary>Skipped steps.</summary>
    public HashSet<int> Avoided { get; } = [];

    /// <summary>The mean loss of the epoch's items so far. A short last batch counts for less than a full one.</summary>
    public double MeanLoss => _lossSum / Math.Max(1, _lossItems);

    /// <summary>How often the experts of a mixture were picked since the start of the run; null without a mixture.</summary>
    public IReadOnlyList<ExpertPicks>? Picks => Model.Adapter?.Router?.Picks;

    private double _lossSum;
    private long _lossItems;

    /// <summary>Counts a step.</summary>
    /// <param name="loss">The mean loss of its items.</param>
    /// <param name="items">The items over which it was averaged.</param>
    /// <returns>The step's tokens.</returns>
    public long FinishStep(double loss, long items)
    {
        _lossSum += loss * items;
        _lossItems += items;
        Position++;
        return Clock.Advance();
    }

    /// <summary>Counts a skipped step. The learning rate schedule still advances.</summary>
    public void SkipStep()
    {
        Optimizer.Skip();
        Position++;
        Clock.Advance();
    }

    /// <summary>Begins the next epoch.</summary>
    public void FinishEpoch()
    {
        Epoch++;
        (Position, _lossSum, _lossItems) = (0, 0, 0);
    }

    /// <summary>The state without tensors, settings and hashes.</summary>
    public RunState Describe() => new()
    {
        Step = Clock.Step,
        Epoch = Epoch,
        Position = Position,
        LossSum = _lossSum,
        LossItems = _lossItems,
        Tokens = Clock.Tokens,
        Seconds = Clock.Elapsed.TotalSeconds,
        Epochs = Epochs,
        BestEpoch = Best.Epoch,
        BestMetric = Best.Metric,
        Avoided = [.. Avoided.Order()],
        Routes = Routers.ToDictionary(pair => pair.Name, pair => pair.Router.State),
        Picks = Routers.ToDictionary(pair => pair.Name, pair => pair.Router.PickCounts),
        AdamSteps = Optimizer.States.ToDictionary(state => state.Name, state => state.Steps),
        WithGradient = [.. Model.TrainableParameters.Where(pair => pair.Parameter.grad is not null).Select(pair => pair.Name)],
        Settings = new Dictionary<string, string>(),
        Identity = new Dictionary<string, string>(),
        Machine = new Dictionary<string, string>(),
    };

    /// <summary>The first item that a stored state lacks for this run's model; null if it is complete.</summary>
    public string? Lacks(RunState run) =>
        Routers.Where(pair => !run.Routes.ContainsKey(pair.Name)).Select(pair => $"routes of the adapter {pair.Name}")
            .Concat(Routers.Where(pair => run.Picks.TryGetValue(pair.Name, out var picks) && !pair.Router.CanTakePicks(picks))
                .Select(pair => $"counts of each expert of the adapter {pair.Name}"))
            .Concat(Optimizer.States.Where(state => !run.AdamSteps.ContainsKey(state.Name)).Select(state => $"steps of {state.Name}"))
            .FirstOrDefault();

    /// <summary>Restores everything except tensors.</summary>
    public void Restore(RunState run)
    {
        (Epoch, Position, _lossSum, _lossItems) = (run.Epoch, run.Position, run.LossSum, run.LossItems);
        Clock.Restore(run.Step, run.Tokens, TimeSpan.FromSeconds(run.Seconds));
        Epochs.Clear();
        Epochs.AddRange(run.Epochs);
        Best.Restore(run.BestEpoch, run.BestMetric);
        Avoided.Clear();
        Avoided.UnionWith(run.Avoided);
        foreach (var (name, router) in Routers)
        {
            router.State = run.Routes[name];
            router.PickCounts = run.Picks.GetValueOrDefault(name, []);
        }

        Optimizer.Restore(run.Step, run.AdamSteps);
        foreach (var (name, parameter) in Model.TrainableParameters)
            parameter.grad = run.WithGradient.Contains(name) ? parameter.zeros_like() : null!;
    }

    public void Dispose()
    {
        Optimizer.Dispose();
        Best.Dispose();
    }

    private IEnumerable<(string Name, Router Router)> Routers =>
        Model.Adapters.Active.Select(name => (name, Model.Adapters[name].Router)).Where(pair => pair.Router is not null)
            .Select(pair => (pair.name, pair.Router!));
}
