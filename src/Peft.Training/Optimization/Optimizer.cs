using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>AdamW with the schedule, clipping and the choice of what happens to gradients between steps.</summary>
internal sealed class Optimizer : IDisposable
{
    /// <summary>Added to the norm that gradients are divided by, as <c>clip_grad_norm_</c> does.</summary>
    private const double NormEpsilon = 1e-6;

    private readonly FlatAdamW _adam;
    private readonly Parameter[] _parameters;
    private readonly LinearSchedule _schedule;
    private readonly double _maxGradNorm;
    private readonly bool _zeroRatherThanDrop;
    private double _scale = 1; // of the accumulated gradients
    private int _step;

    public Optimizer(IEnumerable<(
        string Name, Parameter Parameter)> trainable, TrainingOptions options, int totalSteps, bool zeroRatherThanDrop)
    {
        var all = trainable.ToList();
        _parameters = [.. all.Select(pair => pair.Parameter)];
        _schedule = new LinearSchedule(options.LearningRate!.Value, WarmupSteps(options, totalSteps), totalSteps);
        _maxGradNorm = options.MaxGradNorm;
        _zeroRatherThanDrop = zeroRatherThanDrop;
        _adam = new FlatAdamW(
            all.Select(pair => (pair.Name, pair.Parameter, options.DecayAll || Decays(pair.Name))),
            new AdamWSettings(options.WeightDecay, options.AdamEpsilon));
    }

    /// <summary>AdamW's own states, not copies.</summary>
    public IEnumerable<AdamWState> States => _adam.States;

    /// <summary>Takes over the position in the schedule and AdamW's counts; the means are copied into <see cref="States"/>.</summary>
    public void Restore(int step, IReadOnlyDictionary<string, long> steps)
    {
        _step = step;
        foreach (var state in States)
            state.Steps = steps[state.Name];
    }

    /// <summary>Makes the next step scale the accumulated gradients down to the largest norm allowed.</summary>
    /// <param name="always">Whether the norm is wanted where nothing is scaled.</param>
    /// <returns>The norm before; 0 where it is neither needed nor wanted.</returns>
    public double Clip(bool always)
    {
        if (_maxGradNorm <= 0 && !always)
            return 0;
        var norm = _adam.GradientNorm();
        _scale = _maxGradNorm > 0 ? Math.Min(1, _maxGradNorm / (norm + NormEpsilon)) : 1;
        return norm;
    }

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
        _adam.Step(rate, _scale);
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
        _scale = 1;
        using var scope = NewDisposeScope(); // a gradient dropped here is freed here, not when its wrapper is collected
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
