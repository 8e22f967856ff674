using static TorchSharp.torch;

namespace Peft.Cli.Verification;

/// <summary>Small symmetric linear systems.</summary>
internal static class LinearSystem
{
    /// <summary>x with (A + damping diag A) x = b, by Cholesky's decomposition.</summary>
    /// <param name="matrix">A, symmetric and positive semidefinite, float64 [n, n].</param>
    /// <param name="right">b, float64 [n, 1].</param>
    /// <param name="damping">How much larger the diagonal is made.</param>
    public static double[] Solve(Tensor matrix, Tensor right, double damping)
    {
        var n = (int)matrix.shape[0];
        var a = matrix.contiguous().data<double>().ToArray();
        var x = right.contiguous().data<double>().ToArray();
        for (var i = 0; i < n; i++)
            a[(i * n) + i] = (a[(i * n) + i] * (1 + damping)) + 1e-14;
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = a[(i * n) + j];
                for (var k = 0; k < j; k++)
                    sum -= a[(i * n) + k] * a[(j * n) + k];
                a[(i * n) + j] = i == j ? Math.Sqrt(Math.Max(sum, 1e-300)) : sum / a[(j * n) + j];
            }
        }

        for (var i = 0; i < n; i++)
        {
            for (var k = 0; k < i; k++)
                x[i] -= a[(i * n) + k] * x[k];
            x[i] /= a[(i * n) + i];
        }

        for (var i = n - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < n; k++)
                x[i] -= a[(k * n) + i] * x[k];
            x[i] /= a[(i * n) + i];
        }

        return x;
    }
}
