using Peft.Models;
using Peft.Data;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft.Cli.Verification;

/// <summary>
/// Some recorded cases of the released code for GPT-2 leave out the bias of <c>c_attn</c>, although the recorded outputs were computed
/// with one. Its values are found from the merged evaluation's logits (many times as many numbers as the bias has), by damped Gauss-Newton
/// steps in float64; losses, training logits and gradients are then checked as usual, and the logits they were found from with them. The
/// key's bias changes no output and stays 0.
/// </summary>
internal static class MissingBiases
{
    private const int Steps = 40;
    private const double Difference = 1e-7;

    /// <summary>The model's names that a checkpoint leaves out.</summary>
    public static IReadOnlyList<string> Find(CausalLanguageModel decoder, ITensorArchive archive) =>
        archive.Tensors.Keys.Any(key => key.EndsWith(".c_attn.bias", StringComparison.Ordinal))
            ? []
            : [.. decoder.named_parameters().Select(pair => pair.Item1)
                .Where(name => Ends(name, ".query.bias") || Ends(name, ".key.bias") || Ends(name, ".value.bias"))];

    /// <summary>Sets biases so that a forward pass gives the expected logits.</summary>
    /// <param name="decoder">The decoder, in float64.</param>
    /// <param name="names">Which parameters.</param>
    /// <param name="logits">The forward pass.</param>
    /// <param name="expected">What it should give.</param>
    public static void Find(CausalLanguageModel decoder, IEnumerable<string> names, Func<Tensor> logits, Tensor expected)
    {
        using var frozen = no_grad();
        var all = decoder.named_parameters().ToDictionary(pair => pair.Item1, pair => pair.Item2);
        foreach (var name in names)
            all[name].zero_();
        Parameter[] free = [.. names.Where(name => !Ends(name, ".key.bias")).Select(name => all[name])];
        var target = expected.to(ScalarType.Float64).reshape(-1);
        var (damping, error) = (1e-3, double.PositiveInfinity);
        for (var step = 0; step < Steps && damping < 1e9; step++)
        {
            using var scope = NewDisposeScope();
            var residual = logits().reshape(-1) - target;
            error = Squares(residual);
            var slopes = Slopes(free, logits, residual, target);
            var (normal, gradient) = (slopes.matmul(slopes.t()), slopes.matmul(residual.unsqueeze(1)));
            while (damping < 1e9)
            {
                var change = Solve(normal, gradient, damping);
                Move(free, change, -1);
                if (Squares(logits().reshape(-1) - target) < error)
                {
                    damping = Math.Max(damping / 10, 1e-12);
                    break;
                }

                Move(free, change, 1);
                damping *= 10;
            }
        }
    }

    /// <summary>The derivative of every output with respect to every free number, by differences: [numbers, outputs].</summary>
    private static Tensor Slopes(Parameter[] free, Func<Tensor> logits, Tensor residual, Tensor target)
    {
        var rows = new List<Tensor>();
        foreach (var parameter in free)
        {
            for (var i = 0; i < parameter.numel(); i++)
            {
                parameter[i].add_(Difference);
                rows.Add((logits().reshape(-1) - target - residual) / Difference);
                parameter[i].sub_(Difference);
            }
        }

        return stack(rows);
    }

    /// <summary>x with (A + damping diag A) x = b.</summary>
    /// <param name="matrix">A, symmetric and positive semidefinite, float64 [n, n].</param>
    /// <param name="right">b, float64 [n, 1].</param>
    /// <param name="damping">How much larger the diagonal is made.</param>
    private static double[] Solve(Tensor matrix, Tensor right, double damping)
    {
        // The absolute term keeps the row of a number that changes no output solvable.
        var damped = matrix + (matrix.diagonal() * damping + 1e-14).diag();
        return [.. linalg.solve(damped, right).data<double>()];
    }

    private static void Move(Parameter[] free, double[] change, double sign)
    {
        var at = 0;
        foreach (var parameter in free)
        {
            var length = (int)parameter.numel();
            parameter.add_(tensor(change.AsSpan(at, length).ToArray(), dtype: ScalarType.Float64), sign);
            at += length;
        }
    }

    private static double Squares(Tensor residual) => residual.square().sum().item<double>();

    private static bool Ends(string name, string suffix) => name.EndsWith(suffix, StringComparison.Ordinal);
}
