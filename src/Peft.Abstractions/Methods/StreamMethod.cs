using System.Runtime.InteropServices;
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
        Tensor result;
        try
        {
            var wide = Widen(hidden);
            result = Dispatch is { IsActive: true } dispatch ? InParts(dispatch, wide, at) : Apply(wide, at);
        }
        catch (ExternalException error) when (MethodShapeException.IsAbout(error))
        {
            throw MethodShapeException.Create(this, nameof(Apply), error, (nameof(hidden), hidden));
        }

        if (!MethodShapeException.AreAlike(result, hidden))
            throw MethodShapeException.Create(this, nameof(Apply), "the shape of hidden", result, (nameof(hidden), hidden));
        return result.dtype == hidden.dtype ? result : result.to_type(hidden.dtype);
    }

    private Tensor InParts(IFormulaDispatch dispatch, Tensor hidden, StreamContext at) =>
        dispatch.OnOutput(hidden, hidden, part => Apply(part.Select(hidden), at.Part(part)));

    private protected override void SetDimensions(SiteDimensions dimensions) => Hidden = dimensions.In;
}
