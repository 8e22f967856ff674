using TorchSharp;
using static TorchSharp.torch;

namespace Peft;

/// <summary>Requirements on tensors. NaN never satisfies one.</summary>
internal static class Require
{
    public static void That(bool condition, string otherwise)
    {
        if (!condition)
            throw new UnmetException(otherwise);
    }

    /// <summary>Every element differs at most by a tolerance.</summary>
    public static void Near(Tensor a, Tensor b, double distance, string what)
    {
        var difference = Difference(a, b);
        That(difference <= distance, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{what} differ by "
            + $"{difference:G3}, more than {distance:G3}"));
    }

    /// <summary>Some element differs by more than a tolerance.</summary>
    public static void Apart(Tensor a, Tensor b, double distance, string what)
    {
        var difference = Difference(a, b);
        That(difference > distance, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{what} differ by {difference:G3} "
            + $"only"));
    }

    /// <summary>All elements are bit-identical.</summary>
    public static void Same(Tensor a, Tensor b, string what) => That(IsSame(a, b), $"{what} are not the same to the bit");

    public static void Equal<T>(IEnumerable<T> a, IEnumerable<T> b, string what) =>
        That(a.SequenceEqual(b), $"{what} differ: [{string.Join(", ", a)}] and [{string.Join(", ", b)}]");

    public static TException Throws<TException>(Action action, string what)
        where TException : Exception
    {
        try
        {
            action();
        }
        catch (TException expected)
        {
            return expected;
        }

        throw new UnmetException($"{what} threw no {typeof(TException).Name}");
    }

    public static bool IsSame(Tensor a, Tensor b) => a.shape.SequenceEqual(b.shape) && a.eq(b).all().ToBoolean();

    public static double Difference(Tensor a, Tensor b) => (a - b).abs().max().to(ScalarType.Float64).item<double>();
}
