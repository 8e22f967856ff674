using static TorchSharp.torch;

namespace Peft;

/// <summary>Which tokens are included in an average over a sequence.</summary>
public enum TokenPooling
{
    /// <summary>The real ones, so that padding does not change the result. In a causal backbone, those up to each token.</summary>
    Real,

    /// <summary>All positions, including padding, as in published code.</summary>
    All,
}

/// <summary>Averages over the tokens of the forward pass in progress, for gates.</summary>
public static class TokenMean
{
    /// <summary>The mean over tokens.</summary>
    /// <param name="values">[batch, length, n].</param>
    /// <param name="pooling">Which tokens are included.</param>
    /// <returns>[batch, 1, n], or in a causal pass with <see cref="TokenPooling.Real"/> the running mean [batch, length, n].</returns>
    public static Tensor Compute(Tensor values, TokenPooling pooling)
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
