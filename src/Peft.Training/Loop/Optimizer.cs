using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>AdamW with the schedule, clipping and the choice of what happens to gradients between steps.</summary>
internal sealed class Optimizer : IDisposable
{
    private readonly AdamW _adam;
    private readonly Parameter[] _parameters;
    private readonly string[] _names;
    private readonly LinearSchedule _schedule;
    private readonly double _maxGradNorm;
    private readonly bool _zeroRatherThanDrop;
    private int _step;

    public Optimizer(IEnumerable<(string Name, Parameter Parameter)> trainable, TrainingOptions options, int totalSteps, bool zeroRatherThanDrop)
    {
        var all = trainable.ToList();
        _parameters = [.. all.Select(pair => pair.Parameter)];
        _schedule = new LinearSchedule(options.LearningRate!.Value, WarmupSteps(options, totalSteps), totalSteps);
        _maxGradNorm = options.MaxGradNorm;
        _zeroRatherThanDrop = zeroRatherThanDrop;
        var decayed = all.ToLookup(pair => options.DecayAll || Decays(pair.Name));
        _names = [.. decayed[true].Concat(decayed[false]).Select(pair => pair.Name)];
        _adam = optim.AdamW(
            [
                new AdamW.ParamGroup([.. decayed[true].Select(pair => pair.Parameter)], new AdamW.Options { weight_decay = options.WeightDecay, eps = options.AdamEpsilon }),
                new AdamW.ParamGroup([.. decayed[false].Select(pair => pair.Parameter)], new AdamW.Options { weight_decay = 0, eps = options.AdamEpsilon }),
            ],
            options.LearningRate!.Value,
            eps: options.AdamEpsilon);
    }

    /// <summary>AdamW's own states, not copies, by the parameter's name.</summary>
    public IEnumerable<(string Name, AdamW.State State)> States
    {
        get
        {
            var dictionary = _adam.state_dict();
            return _names.Zip(dictionary.StateIndexRef.SelectMany(group => group), (name, index) => (name, (AdamW.State)dictionary.State[index]));
        }
    }

    /// <summary>Takes over the position in the schedule and AdamW's counts; the means are copied into <see cref="States"/>.</summary>
    public void Restore(int step, IReadOnlyDictionary<string, long> steps)
    {
        _step = step;
        foreach (var (name, state) in States)
            state.step = steps[name];
    }

    /// <summary>Scales the accumulated gradients down to the largest norm allowed.</summary>
    /// <param name="always">Whether the norm is wanted where nothing is scaled.</param>
    /// <returns>The norm before; 0 where it is neither needed nor wanted.</returns>
    public double Clip(bool always) => _maxGradNorm > 0 || always
        ? nn.utils.clip_grad_norm_(_parameters.Where(parameter => parameter.grad is not null), _maxGradNorm > 0 ? _maxGradNorm : double.MaxValue)
        : 0;

    /// <summary>Drops the accumulated gradients; the schedule goes on.</summary>
    public void Skip()
    {
        _step++;
        ClearGradients();
    }

    /// <summary>One update from the accumulated gradients, clipped before.</summary>
    /// <returns>The learning rate used.</returns>
    public double Step()
    {
        Backward.ThrowPending();
        var rate = _schedule.At(_step++);
        foreach (var group in _adam.ParamGroups)
            group.LearningRate = rate;
        _adam.step();
        ClearGradients();
        return rate;
    }

    public void Dispose() => _adam.Dispose();

    /// <summary>
    /// Zero gradients let AdamW go on moving and decaying experts that were picked before but not in this step, as the AdaMix authors'
    /// runs did; dropped ones leave such experts alone.
    /// </summary>
    private void ClearGradients()
    {
        foreach (var parameter in _parameters)
        {
            if (_zeroRatherThanDrop)
                parameter.grad?.zero_();
            else
                parameter.grad = null!;
        }
    }

    private static int WarmupSteps(TrainingOptions options, int totalSteps) =>
        options.WarmupSteps > 0 ? options.WarmupSteps : (int)Math.Ceiling(options.WarmupRatio * totalSteps);

    /// <summary>Biases and norms are not decayed.</summary>
    private static bool Decays(string name) =>
        !name.EndsWith("bias", StringComparison.OrdinalIgnoreCase) && !name.Contains("LayerNorm", StringComparison.Ordinal)
        && !name.Contains("Bias", StringComparison.Ordinal);
}
