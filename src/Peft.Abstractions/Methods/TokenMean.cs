using static TorchSharp.torch;

namespace Peft;

/// <summary>Which tokens an average over a sequence counts.</summary>
public enum TokenPooling
{
    /// <summary>The real ones: padding cannot change a result. In a causal backbone, those up to each token.</summary>
    Real,

    /// <summary>All positions, padding included: what published codes do.</summary>
    All,
}

/// <summary>Averages over the tokens of the forward pass in progress, for gates.</summary>
public static class TokenMean
{
    /// <summary>The mean over tokens.</summary>
    /// <param name="values">[batch, length, n].</param>
    /// <param name="pooling">Which tokens count.</param>
    /// <returns>[batch, 1, n], or in a causal pass with <see cref="TokenPooling.Real"/> the running mean [batch, length, n].</returns>
    public static Tensor Of(Tensor values, TokenPooling pooling)
    {
        var pass = pooling == TokenPooling.Real ? ForwardPass.Current : null;
        if (pass is null || (pass.Mask is null && !pass.IsCausal))
            return values.mean([1], keepdim: true);
        // [B, T, 1]
        var real = (pass.Mask ?? ones([values.shape[0], values.shape[1]], device: values.device)).to_type(values.dtype).unsqueeze(-1);
        if (!pass.IsCausal)
            return (values * real).sum(1, keepdim: true) / real.sum(1, keepdim: true).clamp_min(1);
        var (sums, counts) = pass.Continue((values * real).cumsum(1), real.cumsum(1));
        return sums / counts.clamp_min(1);
    }
}
