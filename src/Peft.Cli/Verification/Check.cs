using static TorchSharp.torch;

namespace Peft.Cli.Verification;

/// <summary>One compared tensor.</summary>
/// <param name="Name">Its name in the expected file.</param>
/// <param name="Error">The worst error: absolute for outputs, relative to the tensor's norm for gradients, relative for losses. NaN
/// fails.</param>
/// <param name="Tolerance">The largest error that passes.</param>
internal sealed record Check(string Name, double Error, double Tolerance)
{
    public bool Passed => Error <= Tolerance;

    /// <summary>Absolute error, to 1e-5; up to 1e-4 where values are large.</summary>
    public static Check Output(string name, Tensor actual, Tensor expected)
    {
        var largest = expected.numel() == 0 ? 0 : Number(expected.abs().max());
        return new Check(name, Worst(actual, expected), Math.Clamp(1e-5 * largest, 1e-5, 1e-4));
    }

    /// <summary>Relative error of a scalar, to 1e-5.</summary>
    public static Check Loss(string name, Tensor actual, Tensor expected) =>
        new(name, Math.Abs(Number(actual) - Number(expected)) / Math.Max(1e-12, Math.Abs(Number(expected))), 1e-5);

    /// <summary>Norm of the difference over the norm of the expected gradient, to 1e-4. A missing gradient is infinitely wrong.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="actual">Ours.</param>
    /// <param name="expected">The recorded one.</param>
    /// <param name="leastNorm">
    /// Stands in for a smaller norm: a gradient that is zero in exact arithmetic (a key's bias, which softmax cancels) is recorded as
    /// rounding noise, which no other implementation reproduces to 1e-4.
    /// </param>
    public static Check Gradient(string name, Tensor? actual, Tensor expected, double leastNorm = 1e-12)
    {
        if (actual is null || !actual.shape.SequenceEqual(expected.shape))
            return new Check(name, double.PositiveInfinity, 1e-4);
        var difference = Number((Wide(actual) - Wide(expected)).square().sum().sqrt());
        return new Check(name, difference / Math.Max(leastNorm, Norm(expected)), 1e-4);
    }

    /// <summary>Square root of the sum of squares.</summary>
    public static double Norm(Tensor tensor) => Number(Wide(tensor).square().sum().sqrt());

    /// <summary>A trainable tensor without an expected gradient must have none, or zeros.</summary>
    public static Check NoGradient(string name, Tensor? actual) => new(name, actual is null ? 0 : Number(actual.abs().max()), 0);

    private static double Worst(Tensor actual, Tensor expected)
    {
        if (!actual.shape.SequenceEqual(expected.shape))
            return double.PositiveInfinity;
        return actual.numel() == 0 ? 0 : Number((Wide(actual) - Wide(expected)).abs().max());
    }

    private static Tensor Wide(Tensor tensor) => tensor.detach().cpu().to(ScalarType.Float64);

    private static double Number(Tensor scalar) => scalar.detach().cpu().to(ScalarType.Float64).item<double>();
}

/// <summary>A folder cannot be verified.</summary>
/// <param name="folder">The folder.</param>
/// <param name="problem">What was expected and what was found.</param>
internal sealed class VerificationException(string folder, string problem) : Exception($"{folder}: {problem}");
