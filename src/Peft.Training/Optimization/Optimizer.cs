using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>AdamW with the learning rate schedule, gradient clipping and the handling of gradients between steps.</summary>
internal sealed class Optimizer : IDisposable
{
    /// <summary>Added to the norm before gradients are divided by it, as in <c>clip_grad_norm_</c>.</summary>
    private const double NormEpsilon = 1e-6;

    private readonly FlatAdamW _adam;
    private readonly Parameter[] _parameters;
    private readonly LinearSchedule _schedule;
    private readonly double _maxGradNorm;
    private readonly bool _zeroRatherThanDrop;
    private double _scale = 1; // of the accumulated gradients
    private readonly int _totalSteps;
    private int _step;

    public Optimizer(IReadOnlyList<TrainedParameter> trained, TrainingOptions options, int totalSteps, bool zeroRatherThanDrop)
    {
        _parameters = [.. trained.Select(one => one.Parameter)];
        _schedule = new LinearSchedule(options.LearningRate!.Value, WarmupSteps(options, totalSteps), totalSteps);
        _totalSteps = totalSteps;
        _maxGradNorm = options.MaxGradNorm;
        _zeroRatherThanDrop = zeroRatherThanDrop;
        _adam = new FlatAdamW(
            trained.Select(one => (one.Name, one.Parameter, one.Decays(options))),
            new AdamWSettings(options.WeightDecay, options.AdamEpsilon));
    }

    /// <summary>Whether the learning rate of every step is 0, as in a run of one step with a warm-up.</summary>
    public bool IsIdle => _totalSteps == 1 && _schedule.At(0) == 0;

    /// <summary>AdamW's own states, not copies.</summary>
    public IEnumerable<AdamWState> States => _adam.States;

    /// <summary>Restores the position in the schedule and AdamW's step counts. The means are copied into <see cref="States"/>.</summary>
    public void Restore(int step, IReadOnlyDictionary<string, long> steps)
    {
        _step = step;
        foreach (var state in States)
            state.Steps = steps[state.Name];
    }

    /// <summary>Computes the gradient norm and makes the next step scale the gradients down to the largest norm allowed.</summary>
    /// <param name="always">Whether to compute the norm even if gradients are not clipped.</param>
    /// <returns>The norm before clipping; 0 if it was not computed.</returns>
    public double Clip(bool always)
    {
        if (_maxGradNorm <= 0 && !always)
            return 0;
        var norm = _adam.GradientNorm();
        _scale = _maxGradNorm > 0 ? Math.Min(1, _maxGradNorm / (norm + NormEpsilon)) : 1;
        return norm;
    }

    /// <summary>Discards the accumulated gradients. The learning rate schedule still advances.</summary>
    public void Skip()
    {
        _step++;
        ClearGradients();
    }

    /// <summary>Updates the parameters once from the accumulated gradients, which are clipped already.</summary>
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
    /// With zero gradients, AdamW continues to move and decay experts that an earlier step picked and this step did not, as in the AdaMix
    /// authors' runs. Without gradients, AdamW does not change such experts.
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
}
