using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>AdamW with the schedule, clipping and the choice of what happens to gradients between steps.</summary>
internal sealed class Optimizer : IDisposable
{
    private readonly AdamW _adam;
    private readonly Parameter[] _parameters;
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
        var decayed = all.ToLookup(pair => options.DecayAll || Decays(pair.Name), pair => pair.Parameter);
        _adam = optim.AdamW(
            [
                new AdamW.ParamGroup([.. decayed[true]], new AdamW.Options { weight_decay = options.WeightDecay, eps = options.AdamEpsilon }),
                new AdamW.ParamGroup([.. decayed[false]], new AdamW.Options { weight_decay = 0, eps = options.AdamEpsilon }),
            ],
            options.LearningRate!.Value,
            eps: options.AdamEpsilon);
    }

    /// <summary>One update from the accumulated gradients.</summary>
    /// <returns>The learning rate used.</returns>
    public double Step()
    {
        var rate = _schedule.At(_step++);
        foreach (var group in _adam.ParamGroups)
            group.LearningRate = rate;
        if (_maxGradNorm > 0)
            nn.utils.clip_grad_norm_(_parameters.Where(parameter => parameter.grad is not null), _maxGradNorm);
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
