using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft;

/// <summary>The residual and the norm at a stream site.</summary>
public readonly struct StreamContext
{
    private readonly Tensor _residual;
    private readonly LayerNorm _norm;

    private readonly bool _norms;

    internal StreamContext(Tensor residual, LayerNorm norm, bool norms = true) => (_residual, _norm, _norms) = (residual, norm, norms);

    /// <summary>The residual that is added to the stream next, [batch, length, Hidden], of the backbone's dtype.</summary>
    public Tensor Residual => _residual;

    /// <summary>The context of a part of the batch.</summary>
    internal StreamContext Part(BatchPart part) => new(part.Select(_residual), _norm, _norms);

    internal bool IsTraining => _norm.training;

    /// <summary>
    /// Applies the backbone's own norm after the residual sum: LN(stream + residual); the sum itself if the layer does not normalise it.
    /// </summary>
    /// <param name="hidden">A stream [batch, length, Hidden].</param>
    /// <returns>The normalised sum, of the dtype of <paramref name="hidden"/>.</returns>
    public Tensor NormalizedSum(Tensor hidden)
    {
        var sum = hidden.to_type(_residual.dtype) + _residual;
        var normalized = _norms ? _norm.call(sum) : sum;
        return normalized.dtype == hidden.dtype ? normalized : normalized.to_type(hidden.dtype);
    }
}
