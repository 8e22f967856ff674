using TorchSharp;
using static TorchSharp.torch;

namespace Peft;

/// <summary>y = x W^T + b, like <c>functional.linear</c>.</summary>
/// <remarks>
/// A decoder that generates a token for each of a few rows reads every weight for little arithmetic. The CPU's product x W^T packs the
/// weights first and then reaches a quarter of its usual speed. The product W x^T packs the few rows instead and takes half to two thirds
/// of the time (docs/results/gpt2.md).
/// </remarks>
public static class LinearMap
{
    [ThreadStatic]
    private static bool s_isDecoding;

    /// <summary>With more rows than this, both ways are equally fast.</summary>
    private const long MostRows = 64;

    /// <summary>Applies a linear map.</summary>
    /// <param name="x">[..., in].</param>
    /// <param name="weight">[out, in].</param>
    /// <param name="bias">[out]; null for none.</param>
    /// <returns>[..., out].</returns>
    public static Tensor Apply(Tensor x, Tensor weight, Tensor? bias) =>
        IsForFewRows(x, weight) ? FewRows(x, weight, bias) : nn.functional.linear(x, weight, bias!);

    /// <summary>
    /// Uses the faster product for few rows on this thread until the result is disposed. Decoding enables it. The last bits differ from
    /// those of libtorch's operator, which all other code uses, so that results do not depend on whether a graph is recorded.
    /// </summary>
    /// <returns>Restores the default when disposed.</returns>
    public static IDisposable Decoding()
    {
        var before = s_isDecoding;
        s_isDecoding = true;
        return new Restoring(() => s_isDecoding = before);
    }

    private static bool IsForFewRows(Tensor x, Tensor weight) =>
        s_isDecoding && !is_grad_enabled() && x.device_type == DeviceType.CPU && x.dtype is ScalarType.Float32 or ScalarType.Float64
            && x.dtype == weight.dtype
        && x.numel() > 0 && x.numel() <= MostRows * x.shape[^1];

    private static Tensor FewRows(Tensor x, Tensor weight, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        var columns = weight.mm(x.reshape(-1, x.shape[^1]).t()); // [out, rows]
        if (bias is not null)
            columns.add_(bias.unsqueeze(1));
        return scope.MoveToOuter(columns.t().contiguous().view([.. x.shape[..^1], weight.shape[0]]));
    }
}
