using static TorchSharp.torch;

namespace Peft;

/// <summary>A method that changes the hidden stream at a point.</summary>
public abstract class StreamMethod : AdaptationMethod
{
    /// <summary>The width of the stream.</summary>
    protected int Hidden { get; private set; }

    /// <summary>The method's formula.</summary>
    /// <param name="hidden">The stream [batch, length, Hidden].</param>
    /// <param name="at">The residual that is added next, and the norm after it.</param>
    /// <returns>The new stream, before the residual is added, [batch, length, Hidden].</returns>
    protected abstract Tensor Apply(Tensor hidden, StreamContext at);

    internal Tensor Run(Tensor hidden, StreamContext at)
    {
        IsTraining = at.IsTraining;
        var wide = Widen(hidden);
        var result = Dispatch is { IsActive: true } dispatch
            ? dispatch.OnOutput(wide, wide, part => Apply(part.Select(wide), at.Part(part))) : Apply(wide, at);
        return result.dtype == hidden.dtype ? result : result.to_type(hidden.dtype);
    }

    private protected override void SetDimensions(SiteDimensions dimensions) => Hidden = dimensions.In;
}
