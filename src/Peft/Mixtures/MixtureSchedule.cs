using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft;

/// <summary>
/// Changes a mixture in the course of training, as its options set: one expert alone at first (<see cref="MixtureOptions.SplitAt"/>), a
/// consistency term that rises (<see cref="MixtureOptions.ConsistencyRamp"/>), and the learning rate of experts
/// (<see cref="MixtureOptions.ScaleRate"/>). All depend only on the step's number, so a resumed run continues in the same way. With the
/// default options, nothing changes.
/// </summary>
public sealed class MixtureSchedule : IDisposable
{
    private readonly MixtureOptions _options;
    private readonly Router _router;
    private readonly int _totalSteps, _split;
    private IDisposable? _alone; // while the first expert is trained alone

    /// <summary>Prepares a mixture for a training loop.</summary>
    /// <param name="mixture">An adapter with a router.</param>
    /// <param name="totalSteps">The optimiser steps of the training.</param>
    /// <exception cref="RoutingException">The adapter is not a mixture.</exception>
    public MixtureSchedule(Adapter mixture, int totalSteps)
    {
        ArgumentNullException.ThrowIfNull(mixture);
        _router = mixture.Router ?? throw new RoutingException($"{mixture.Spec.Expression} is no mixture, and has no schedule.");
        (_options, _totalSteps) = (mixture.Spec.Mixture!, totalSteps);
        _split = (int)Math.Ceiling(_options.SplitAt * totalSteps);
        Experts = [.. mixture.Banks.Where(bank => bank.Experts.Count > 1).Select(bank => bank.Experts)];
    }

    /// <summary>The experts of each tensor that has several.</summary>
    public IReadOnlyList<IReadOnlyList<Parameter>> Experts { get; }

    /// <summary>The factor of the learning rate of <see cref="Experts"/> in the step that began last; 1 by default.</summary>
    public double RateFactor { get; private set; } = 1;

    /// <summary>Called before each step.</summary>
    /// <param name="step">The number of steps that are done.</param>
    /// <returns>Whether the experts became copies of the first one now; an optimiser then copies its state for them.</returns>
    public bool BeginStep(int step)
    {
        var isAlone = step < _split;
        _router.ConsistencyFactor = isAlone ? 0
            : _options.ConsistencyRamp == 0 ? 1 : Math.Min(1, step / (_options.ConsistencyRamp * _totalSteps));
        RateFactor = isAlone || !_options.ScaleRate ? 1 : 1 / Share();
        if (isAlone)
            _alone ??= _router.Pin(_router.Everywhere(0));
        if (step != _split || _split == 0)
            return false;
        Copy();
        Release();
        return true;
    }

    /// <summary>
    /// Called before an evaluation, whose weights may be kept: experts that were not trained yet become copies of the first.
    /// </summary>
    public void BeforeEvaluation()
    {
        if (_alone is not null)
            Copy();
    }

    /// <summary>Ends the schedule: all experts are used again.</summary>
    public void Dispose()
    {
        BeforeEvaluation();
        Release();
        _router.ConsistencyFactor = 1;
    }

    private void Release()
    {
        _alone?.Dispose();
        _alone = null;
    }

    /// <summary>
    /// The expected share of steps in which one of M experts is picked; 1 where each part of a batch picks for itself.
    /// </summary>
    private double Share() => _options.Routing != RoutingPolicy.Stochastic
        ? 1 : 1 - Math.Pow(1 - (1.0 / _options.Experts), _options.Consistency > 0 ? 2 : 1);

    private void Copy()
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        foreach (var experts in Experts)
        {
            foreach (var expert in experts.Skip(1))
                expert.copy_(experts[0]);
        }
    }
}
