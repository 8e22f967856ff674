using System.Diagnostics;
using System.Globalization;
using static TorchSharp.torch;

namespace Peft.Cli;

/// <summary>Measures matrix products of the processor: in float32, at the precision <c>medium</c>, and in bfloat16.</summary>
internal static class ProductCheck
{
    /// <summary>GFLOP/s of one core below which products run without wide vectors.</summary>
    private const double SlowCore = 15;

    /// <summary>Rows and columns of the measured products.</summary>
    private const int Size = 1024;

    private const string SpeedMeaning = "The speed of most of training and inference: more is faster. A core of a current server reaches "
        + "30 to 100 GFLOP/s.";
    private const string MediumMeaning = "The speed of float32 products that are computed in bfloat16, on processors with AMX.";
    private const string HalfMeaning = "The speed of products at half precision, which training can use if it is above that of float32.";

    /// <summary>Measures on all threads, in about a second.</summary>
    public static IEnumerable<Finding> Run()
    {
        var single = Measure(ScalarType.Float32);
        yield return single < SlowCore * get_num_threads()
            ? new("float32 matrix product", Speed(single), true,
                "the processor is slow or busy; stop other programs, or check its AVX2 or AVX-512 instructions with lscpu")
            {
                Meaning = SpeedMeaning,
            }
            : new("float32 matrix product", Speed(single)) { Meaning = SpeedMeaning };
        yield return new("product at precision medium", Medium()) { Meaning = MediumMeaning };
        var half = Measure(ScalarType.BFloat16);
        yield return half < single
            ? new("bfloat16 matrix product", Speed(half), true,
                "the processor has no bfloat16 instructions: leave --backbone-dtype at float32")
            {
                Meaning = HalfMeaning,
            }
            : new("bfloat16 matrix product", $"{Speed(half)}; --backbone-dtype bfloat16 uses it") { Meaning = HalfMeaning };
    }

    /// <summary>Whether the precision changes products is seen in their results, not in a speed that other programs disturb.</summary>
    private static string Medium()
    {
        using var scope = NewDisposeScope();
        var a = rand(Size, Size);
        var full = a.matmul(a);
        var before = MatrixPrecision.Current;
        try
        {
            MatrixPrecision.Use("medium");
            return allclose(a.matmul(a), full, rtol: 1e-4) ? "--matmul-precision medium changes nothing on this processor: it needs AMX"
                : $"{Speed(Measure(ScalarType.Float32))}; --matmul-precision medium uses it";
        }
        catch (LibTorchException)
        {
            return "not supported by this libtorch; leave --matmul-precision at highest";
        }
        finally
        {
            MatrixPrecision.Use(before);
        }
    }

    /// <summary>GFLOP/s of a product of two square matrices, the best of several.</summary>
    private static double Measure(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var a = rand(Size, Size).to_type(type);
        var b = rand(Size, Size).to_type(type);
        _ = a.matmul(b);
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 8; i++)
        {
            var watch = Stopwatch.StartNew();
            _ = a.matmul(b);
            best = watch.Elapsed < best ? watch.Elapsed : best;
        }

        return 2.0 * Size * Size * Size / best.TotalSeconds / 1e9;
    }

    private static string Speed(double gigaflops) => string.Create(CultureInfo.InvariantCulture, $"{gigaflops:F0} GFLOP/s");
}
