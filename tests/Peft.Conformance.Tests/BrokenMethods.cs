using static TorchSharp.torch;

namespace Peft.Conformance.Tests;

// Each breaks one promise, so that a check that would never fail is found out.

/// <summary>Says that it is the identity when fresh, and is not.</summary>
[PeftMethod("broken-identity", IdentityAtInit = true)]
[InjectAt(Site.Query)]
public sealed partial class BrokenIdentity : ProjectionMethod
{
    [Trainable("Out", Init = Init.Ones)] private partial Tensor Shift { get; }

    protected override bool IsTokenwise => true;

    protected override Tensor Apply(Tensor x, Tensor y) => y + Shift;
}

/// <summary>Takes the residual for float32, which it is not beside a bfloat16 backbone.</summary>
[PeftMethod("broken-dtype")]
[InjectAt(Site.AfterFeedForward)]
public sealed partial class BrokenDtype : StreamMethod
{
    [Trainable("Hidden, Hidden", Init = Init.Normal)] private partial Tensor Weight { get; }

    protected override bool IsTokenwise => true;

    protected override Tensor Apply(Tensor hidden, StreamContext at) => hidden + nn.functional.linear(at.Residual, Weight);
}

/// <summary>Has no effect.</summary>
[PeftMethod("broken-nothing", IdentityAtInit = true)]
[InjectAt(Site.Query)]
public sealed partial class BrokenNothing : ProjectionMethod
{
    [Trainable("Out")] private partial Tensor Unused { get; }

    protected override bool IsTokenwise => true;

    protected override Tensor Apply(Tensor x, Tensor y) => y + (Unused * 0);
}

/// <summary>Averages over padding as well.</summary>
[PeftMethod("broken-padding")]
[InjectAt(Site.AfterFeedForward)]
public sealed partial class BrokenPadding : StreamMethod
{
    [Trainable("Hidden", Init = Init.Normal, Std = 1)] private partial Tensor Weight { get; }

    protected override Tensor Apply(Tensor hidden, StreamContext at) => hidden + TokenMean.Compute(hidden * Weight, TokenPooling.All);
}

/// <summary>Averages over tokens, and says that it looks at one at a time.</summary>
[PeftMethod("broken-tokenwise")]
[InjectAt(Site.AfterFeedForward)]
public sealed partial class BrokenTokenwise : StreamMethod
{
    [Trainable("Hidden", Init = Init.Normal, Std = 1)] private partial Tensor Weight { get; }

    protected override bool IsTokenwise => true;

    protected override Tensor Apply(Tensor hidden, StreamContext at) => hidden + TokenMean.Compute(hidden * Weight, TokenPooling.Real);
}

/// <summary>Averages over the rows of a batch.</summary>
[PeftMethod("broken-rows")]
[InjectAt(Site.AfterFeedForward)]
public sealed partial class BrokenRows : StreamMethod
{
    [Trainable("Hidden", Init = Init.Normal, Std = 1)] private partial Tensor Weight { get; }

    protected override bool IsTokenwise => true;

    protected override Tensor Apply(Tensor hidden, StreamContext at) => hidden + (hidden.narrow(0, 0, 1) * Weight);
}

/// <summary>Draws at evaluation.</summary>
[PeftMethod("broken-random")]
[InjectAt(Site.Query)]
public sealed partial class BrokenRandom : ProjectionMethod
{
    [Trainable("Out", Init = Init.Ones)] private partial Tensor Scale { get; }

    protected override bool IsTokenwise => true;

    protected override Tensor Apply(Tensor x, Tensor y) => y + (Scale * rand([Out]));
}

/// <summary>Cuts the gradient of one of its trainables.</summary>
[PeftMethod("broken-detached")]
[InjectAt(Site.Value)]
public sealed partial class BrokenDetached : ProjectionMethod
{
    [Trainable("Out", Init = Init.Ones)] private partial Tensor Scale { get; }

    [Trainable("Out")] private partial Tensor Shift { get; }

    protected override bool IsTokenwise => true;

    protected override Tensor Apply(Tensor x, Tensor y) => (y * Scale) + Shift.detach();
}

/// <summary>Has a gradient that is not that of its value.</summary>
[PeftMethod("broken-gradient")]
[InjectAt(Site.Value)]
public sealed partial class BrokenGradient : ProjectionMethod
{
    [Trainable("Out", Init = Init.Ones)] private partial Tensor Scale { get; }

    protected override bool IsTokenwise => true;

    protected override Tensor Apply(Tensor x, Tensor y) => y + (Scale * Scale.detach());
}

/// <summary>Changes the frozen weight that it sees.</summary>
[PeftMethod("broken-frozen")]
[InjectAt(Site.Value)]
public sealed partial class BrokenFrozen : ProjectionMethod
{
    [Trainable("Out", Init = Init.Ones)] private partial Tensor Scale { get; }

    protected override bool IsTokenwise => true;

    protected override Tensor Apply(Tensor x, Tensor y)
    {
        using (no_grad())
            FrozenWeight.mul_(1.001);
        return y * Scale;
    }
}

/// <summary>Keeps a tensor of every pass.</summary>
[PeftMethod("broken-leak")]
[InjectAt(Site.Value)]
public sealed partial class BrokenLeak : ProjectionMethod
{
    private readonly List<Tensor> _kept = [];

    [Trainable("Out", Init = Init.Ones)] private partial Tensor Scale { get; }

    protected override bool IsTokenwise => true;

    protected override Tensor Apply(Tensor x, Tensor y)
    {
        _kept.Add((Scale.detach() * 2).DetachFromDisposeScope());
        return y * Scale;
    }
}

/// <summary>Merges something else than its formula adds.</summary>
[PeftMethod("broken-delta", Mergeable = true)]
[InjectAt(Site.Value)]
public sealed partial class BrokenDelta : ProjectionMethod
{
    [Trainable("Out, In", Init = Init.Normal)] private partial Tensor Update { get; }

    protected override bool IsTokenwise => true;

    protected override Tensor Apply(Tensor x, Tensor y) => y + x.matmul(Update.t());

    protected override WeightDelta Delta() => new(2 * Update);
}

/// <summary>Keeps the merged weight of its first evaluation.</summary>
[PeftMethod("broken-stale")]
[InjectAt(Site.Value)]
public sealed partial class BrokenStale : ProjectionMethod
{
    private Tensor? _cached;

    [Trainable("Out", Init = Init.Ones)] private partial Tensor Scale { get; }

    protected override bool IsTokenwise => true;

    protected override Tensor Apply(Tensor x, Tensor y) =>
        y * (IsTraining ? Scale : _cached ??= Scale.detach().clone().DetachFromDisposeScope());
}

/// <summary>Depends on how often it ran, so that a layer computed again is another one.</summary>
[PeftMethod("broken-count")]
[InjectAt(Site.Value)]
public sealed partial class BrokenCount : ProjectionMethod
{
    private int _runs;

    [Trainable("Out", Init = Init.Ones)] private partial Tensor Scale { get; }

    protected override bool IsTokenwise => true;

    protected override Tensor Apply(Tensor x, Tensor y) => IsTraining ? y * Scale * (1 + (0.01 * _runs++)) : y * Scale;
}

/// <summary>Keeps its trainable instead of reading it in every pass.</summary>
[PeftMethod("broken-kept")]
[InjectAt(Site.Value)]
public sealed partial class BrokenKept : ProjectionMethod
{
    private Tensor? _kept;

    [Trainable("Out", Init = Init.Ones)] private partial Tensor Scale { get; }

    protected override bool IsTokenwise => true;

    protected override Tensor Apply(Tensor x, Tensor y) => y * (_kept ??= Scale);
}

/// <summary>Averages over tokens to come.</summary>
[PeftMethod("broken-future")]
[InjectAt(Site.AfterFeedForward)]
public sealed partial class BrokenFuture : StreamMethod
{
    [Trainable("Hidden", Init = Init.Normal, Std = 1)] private partial Tensor Weight { get; }

    protected override Tensor Apply(Tensor hidden, StreamContext at) => hidden + (hidden * Weight).mean([1], keepdim: true);
}

/// <summary>Sums over the tokens of a pass, and forgets those of the passes before.</summary>
[PeftMethod("broken-parts")]
[InjectAt(Site.AfterFeedForward)]
public sealed partial class BrokenParts : StreamMethod
{
    [Trainable("Hidden", Init = Init.Normal, Std = 1)] private partial Tensor Weight { get; }

    protected override Tensor Apply(Tensor hidden, StreamContext at) => hidden + (hidden * Weight).cumsum(1);
}
