using static TorchSharp.torch;

namespace Peft.Conformance.Tests;

// Each breaks a promise that the core keeps for methods that are in order.

/// <summary>Draws first values from the process's generator instead of having them drawn.</summary>
[PeftMethod("broken-seed")]
[InjectAt(Site.Query)]
public sealed partial class BrokenSeed : ProjectionMethod
{
    [Trainable("Out", From = nameof(Drawn))] private partial Tensor Shift { get; }

    private Tensor Drawn => rand([Out]);

    protected override bool IsTokenwise => true;

    protected override Tensor Apply(Tensor x, Tensor y) => y + Shift;
}

/// <summary>Hides from merging that a trainable is not finite.</summary>
[PeftMethod("broken-finite", IdentityAtInit = true, Mergeable = true)]
[InjectAt(Site.Value)]
public sealed partial class BrokenFinite : ProjectionMethod
{
    [Trainable("Out, In")] private partial Tensor Update { get; }

    protected override bool IsTokenwise => true;

    protected override Tensor Apply(Tensor x, Tensor y) => y + x.matmul(Update.t());

    protected override WeightDelta Delta() => new(Update.isfinite().all().item<bool>() ? Update : Update.zeros_like());
}

/// <summary>Changes the frozen weight as soon as it is attached.</summary>
[PeftMethod("broken-attach")]
[InjectAt(Site.Value)]
public sealed partial class BrokenAttach : ProjectionMethod
{
    [Trainable("Out", From = nameof(Changed))] private partial Tensor Scale { get; }

    private Tensor Changed
    {
        get
        {
            FrozenWeight.mul_(1.5);
            return ones([Out]);
        }
    }

    protected override bool IsTokenwise => true;

    protected override Tensor Apply(Tensor x, Tensor y) => y * Scale;
}

/// <summary>Has a number of its own beside its trainables, which no file holds.</summary>
[PeftMethod("broken-state")]
[InjectAt(Site.Value)]
public sealed partial class BrokenState : ProjectionMethod
{
    private readonly double _own = 1 + Random.Shared.NextDouble();

    [Trainable("Out", Init = Init.Ones)] private partial Tensor Scale { get; }

    protected override bool IsTokenwise => true;

    protected override Tensor Apply(Tensor x, Tensor y) => y * Scale * _own;
}

/// <summary>Draws while it trains.</summary>
[PeftMethod("broken-noise")]
[InjectAt(Site.Query)]
public sealed partial class BrokenNoise : ProjectionMethod
{
    [Trainable("Out", Init = Init.Ones)] private partial Tensor Scale { get; }

    protected override bool IsTokenwise => true;

    protected override Tensor Apply(Tensor x, Tensor y) => y + (Scale * (IsTraining ? rand([Out]) : 0.5));
}

/// <summary>A flat variant that is another method.</summary>
[PeftMethod("broken-flat")]
[InjectAt(Site.Query)]
public sealed partial class BrokenFlat : ProjectionMethod
{
    [Option] public bool IsFlat { get; init; }

    [Trainable("Out", Init = Init.Ones)] private partial Tensor Shift { get; }

    [Trainable("Out", When = nameof(IsFull))] private partial Tensor More { get; }

    private bool IsFull => !IsFlat;

    protected override bool IsTokenwise => true;

    protected override Tensor Apply(Tensor x, Tensor y) => y + (IsFlat ? Shift : Shift + More);

    protected override FlatVariant? Flatten() =>
        IsFlat ? null : new(new Dictionary<string, object> { [nameof(IsFlat)] = true }, new Dictionary<string, Tensor>());
}
