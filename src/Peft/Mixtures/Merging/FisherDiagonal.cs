using static TorchSharp.torch;

namespace Peft;

/// <summary>
/// The diagonal of the empirical Fisher information: the mean over rows of the squared gradient of log p(y | x), with the rows' own labels
/// (Matena and Raffel 2022, equation 4, which samples labels from the model instead).
/// </summary>
public static class FisherDiagonal
{
    /// <summary>Estimates the diagonal. Gradients of the parameters are neither used nor changed.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="rows">The number of rows, at least 1.</param>
    /// <param name="loss">The negative log-likelihood of one row, from a forward pass in evaluation mode: a scalar.</param>
    /// <returns>Float64 tensors of the parameters' shapes; 0 where the loss does not depend on a parameter.</returns>
    /// <exception cref="FisherInformationException">A gradient is not finite.</exception>
    public static IReadOnlyList<Tensor> Estimate(IReadOnlyList<Tensor> parameters, int rows, Func<int, Tensor> loss)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        Tensor[] sums = [.. parameters.Select(parameter => zeros_like(parameter, dtype: ScalarType.Float64))];
        for (var row = 0; row < rows; row++)
        {
            if (!Add(sums, parameters, () => loss(row)))
                throw new FisherInformationException(row);
        }

        foreach (var sum in sums)
            sum.div_(rows);
        return sums;
    }

    /// <summary>Adds the squared gradients of one loss.</summary>
    /// <returns>Whether all gradients are finite; if not, some may have been added.</returns>
    internal static bool Add(IReadOnlyList<Tensor> sums, IReadOnlyList<Tensor> parameters, Func<Tensor> loss)
    {
        using var scope = NewDisposeScope();
        var gradients = Backward.Gradients([loss()], [.. parameters]);
        for (var i = 0; i < sums.Count; i++)
        {
            if (gradients[i] is not { } gradient || gradient.IsInvalid)
                continue;
            if (!gradient.isfinite().all().item<bool>())
                return false;
            sums[i].add_(gradient.detach().to_type(ScalarType.Float64).pow(2));
        }

        return true;
    }
}

/// <summary>The Fisher information cannot be estimated.</summary>
/// <param name="row">The row whose gradient is not finite.</param>
public sealed class FisherInformationException(int row)
    : Exception($"Fisher information: a gradient of row {row} is not finite; check the run's loss, or leave the run out.");
