using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Peft.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Cli;

/// <summary>One thing that was looked at.</summary>
/// <param name="What">What.</param>
/// <param name="Found">What was found.</param>
/// <param name="IsWarning">Whether it costs speed.</param>
/// <param name="Remedy">What to do about it.</param>
internal sealed record Finding(string What, string Found, bool IsWarning = false, string? Remedy = null);

/// <summary>Looks at libtorch, its BLAS, devices and memory.</summary>
internal static class MachineCheck
{
    /// <summary>A core with wide vectors does 40 GFLOP/s and more in float32; a reference BLAS does about 3.</summary>
    private const double SlowGemm = 15;

    public static IReadOnlyList<Finding> Run()
    {
        ComputeThreads.Use(0);
        var threads = get_num_threads();
        var gemm = GemmSpeed();
        var cudaDevices = cuda.is_available() ? cuda.device_count() : 0;
        return
        [
            new(".NET", RuntimeInformation.FrameworkDescription),
            new("libtorch", Libtorch()),
            new("threads", $"{threads} of {Environment.ProcessorCount} cores"),
            gemm < SlowGemm * threads
                ? new("float32 matrix product", Text(gemm), true, "install an optimised BLAS: apt-get install libopenblas0-openmp")
                : new("float32 matrix product", Text(gemm)),
            new("CUDA", cudaDevices > 0 ? $"{cudaDevices} device(s)" : "none; --device cpu"),
            new("memory", string.Create(CultureInfo.InvariantCulture, $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1073741824.0:F1} GiB")),
            .. CpuTuning(),
        ];
    }

    private static string Libtorch() =>
#if TORCH_SYSTEM
        $"{torch.__version__} (system provider)";
#else
        $"{torch.__version__} (TorchSharp packages)";
#endif

    private static IEnumerable<Finding> CpuTuning()
    {
        var core = Environment.GetEnvironmentVariable("OPENBLAS_CORETYPE");
        if (core is not null)
            yield return new("OPENBLAS_CORETYPE", core);
    }

    /// <summary>GFLOP/s of a product of two 1024 x 1024 matrices, the best of several.</summary>
    private static double GemmSpeed()
    {
        const int Size = 1024;
        using var scope = NewDisposeScope();
        var a = rand(Size, Size);
        var b = rand(Size, Size);
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

    private static string Text(double gigaflops) => string.Create(CultureInfo.InvariantCulture, $"{gigaflops:F0} GFLOP/s");
}
