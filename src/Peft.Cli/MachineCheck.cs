using System.Globalization;
using System.Runtime.InteropServices;
using Peft.Models;
using Peft.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Cli;

/// <summary>One finding about the machine.</summary>
/// <param name="What">What was checked.</param>
/// <param name="Found">What was found.</param>
/// <param name="IsWarning">Whether it costs speed or a feature.</param>
/// <param name="Remedy">What to do about it.</param>
internal sealed record Finding(string What, string Found, bool IsWarning = false, string? Remedy = null)
{
    /// <summary>What the line is about and how it matters.</summary>
    public required string Meaning { get; init; }
}

/// <summary>Checks TorchSharp, libtorch, its speed, GPUs and memory.</summary>
internal static class MachineCheck
{
    private const string OtherVersion = "some operators may be missing; use libtorch " + LibTorchInfo.ExpectedVersion
        + ", which TorchSharp was built for";

    private const string LibTorchMeaning = "The library that computes. TORCH_DIR names the one of an installed PyTorch instead.";
    private const string EncoderMeaning = "The pretrained encoder that runs use by default. --backbone builtin is a tiny one.";
    private const string GpuMeaning = "Without an NVIDIA GPU, everything runs on the processor.";

    public static IReadOnlyList<Finding> Run()
    {
        ComputeThreads.Use(0);
        return
        [
            new(".NET", $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription} "
                + $"({RuntimeInformation.RuntimeIdentifier})") { Meaning = "The runtime and the system that Peft runs on." },
            new("TorchSharp", typeof(torch).Assembly.GetName().Version!.ToString(3)) { Meaning = "The .NET library for tensors." },
            .. Natives(),
            Threads(),
            Allocator(),
            .. ProductCheck.Run(),
            .. Gpus(),
            new("memory", $"{Gibibytes(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)}, peak of this process "
                + $"{Gibibytes(PeakMemory.OfProcess)}")
            {
                Meaning = "The memory that training may use. If it is too small, lower --batch-size or --max-length.",
            },
            Encoder(),
        ];
    }

    private static Finding Encoder() => MiniLmBackbone.IsHere
        ? new("backbone minilm", "ready") { Meaning = EncoderMeaning }
        : new("backbone minilm", "not on this machine", IsWarning: true, Remedy: "peft download minilm (91 MB, once)")
        {
            Meaning = EncoderMeaning,
        };

    private static IEnumerable<Finding> Natives()
    {
        if (LibTorch.Loaded is not { } loaded)
        {
            yield return new("libtorch", $"{__version__}, loaded by TorchSharp from its packages") { Meaning = LibTorchMeaning };
            yield break;
        }

        yield return new(
            "libtorch",
            $"{loaded.Version} from {(loaded.IsFromTorchDir ? "TORCH_DIR, " : "")}{loaded.Folder}",
            loaded.Warning is not null, loaded.Warning is null ? null : OtherVersion) { Meaning = LibTorchMeaning };
        yield return new(
            "native library of TorchSharp",
            loaded.IsBridgeCopied
                ? $"a copy, {loaded.Bridge}: this machine's libstdc++ is older than the original asks for"
                : $"{loaded.Bridge}; no copy was needed")
        {
            Meaning = "The part of TorchSharp that calls libtorch. On a system with an older libstdc++, Peft loads a modified copy.",
        };
    }

    private static Finding Threads()
    {
        var threads = get_num_threads();
        var waiting = Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is { } policy
            ? $"OMP_WAIT_POLICY={policy}" : $"GOMP_SPINCOUNT={LibTorch.SpinCount}";
        var found = $"{threads} of {Environment.ProcessorCount} cores; waiting threads: {waiting}";
        const string Meaning = "Threads that compute products. More threads train faster, up to the number of cores; --threads sets it.";
        return threads < Environment.ProcessorCount
            ? new("threads", found, true, "OMP_NUM_THREADS or MKL_NUM_THREADS limits them; unset it to use every core")
            {
                Meaning = Meaning,
            }
            : new("threads", found) { Meaning = Meaning };
    }

    /// <summary>Which library provides malloc: with one that separates size classes, training needs a third less memory.</summary>
    private static Finding Allocator()
    {
        const string What = "memory allocator";
        const string Meaning = "The library that provides memory. jemalloc and tcmalloc reduce the peak memory of training by a third.";
        if (!OperatingSystem.IsLinux())
            return new(What, "the system's") { Meaning = Meaning };
        var maps = File.ReadAllText("/proc/self/maps");
        return Array.Find(["jemalloc", "tcmalloc", "mimalloc"], name => maps.Contains($"/lib{name}", StringComparison.Ordinal)) is { } found
            ? new(What, found) { Meaning = Meaning }
            : new(What, "the C library's", Remedy: "install jemalloc (apt install libjemalloc2); ./peft uses it, other programs need "
                + "LD_PRELOAD=libjemalloc.so.2") { Meaning = Meaning };
    }

    private static IEnumerable<Finding> Gpus()
    {
        var gpus = GpuDevices.Find();
        if (gpus.Count == 0)
        {
            yield return new("GPU", "none; --device cpu") { Meaning = GpuMeaning };
            yield break;
        }

        foreach (var gpu in gpus)
            yield return new($"GPU cuda:{gpu.Index}", $"{gpu.Name}, {Gibibytes(gpu.FreeBytes)} of {Gibibytes(gpu.TotalBytes)} free")
            {
                Meaning = GpuMeaning,
            };
        if (!cuda.is_available())
            yield return new("CUDA", "the loaded libtorch has none", true, "set TORCH_DIR to the torch folder of a PyTorch with CUDA, "
                + "or build with TORCH_DEVICE=cuda") { Meaning = "A GPU is used only if libtorch was built with CUDA." };
    }

    private static string Gibibytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1073741824.0:F1} GiB");
}
