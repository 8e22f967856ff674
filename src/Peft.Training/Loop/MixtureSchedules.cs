using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>Applies the schedules of a model's mixtures to its optimiser.</summary>
internal sealed class MixtureSchedules : IDisposable
{
    private readonly List<MixtureSchedule> _mixtures;
    private readonly Dictionary<Parameter, AdamWState> _states;

    /// <summary>Prepares the active mixtures of a model.</summary>
    /// <param name="model">The model with its adapters.</param>
    /// <param name="optimizer">Updates the experts.</param>
    /// <param name="totalSteps">The steps of the run.</param>
    public MixtureSchedules(PeftModel model, Optimizer optimizer, int totalSteps)
    {
        _mixtures = [.. model.Adapters.Active.Select(name => model.Adapters[name]).Where(adapter => adapter.Router is not null)
            .Select(adapter => new MixtureSchedule(adapter, totalSteps))];
        _states = new Dictionary<Parameter, AdamWState>(ReferenceEqualityComparer.Instance);
        foreach (var state in optimizer.States)
            _states[state.Parameter] = state;
    }

    /// <summary>Called before each step.</summary>
    /// <param name="step">The number of steps that are done.</param>
    public void BeginStep(int step)
    {
        foreach (var mixture in _mixtures)
        {
            if (mixture.BeginStep(step))
                CopyMeans(mixture);
            foreach (var expert in mixture.Experts.SelectMany(experts => experts))
                _states[expert].RateFactor = mixture.RateFactor;
        }
    }

    /// <summary>Called before an evaluation, whose weights may be kept.</summary>
    public void BeforeEvaluation() => _mixtures.ForEach(mixture => mixture.BeforeEvaluation());

    /// <summary>Ends the schedules.</summary>
    public void Dispose() => _mixtures.ForEach(mixture => mixture.Dispose());

    /// <summary>Copies the optimiser's state of the expert that was trained alone to the other experts.</summary>
    private void CopyMeans(MixtureSchedule mixture)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        foreach (var experts in mixture.Experts)
        {
            var first = _states[experts[0]];
            foreach (var state in experts.Skip(1).Select(expert => _states[expert]))
            {
                state.Mean.copy_(first.Mean);
                state.Square.copy_(first.Square);
                state.Steps = first.Steps;
            }
        }
    }
}
