using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Cli.Tests;

/// <summary>What depends on the machine: devices, product precision, the report of `peft doctor`.</summary>
public sealed class MachineTests
{
    [Fact]
    public void Cuda_without_cuda_is_one_line_with_a_remedy()
    {
        Assert.SkipWhen(cuda.is_available(), "this machine has CUDA");
        var result = Cli.Run("train", "--device", "cuda");
        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("peft: --device: ", result.Error);
        Assert.Contains("cpu", result.Error);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void Doctor_reports_versions_origin_threads_speed_and_gpus()
    {
        var result = Cli.Run("doctor", "--json");
        Assert.Equal(0, result.ExitCode);
        using var document = JsonDocument.Parse(result.Output);
        var found = document.RootElement.EnumerateArray()
            .ToDictionary(one => one.GetProperty("what").GetString()!, one => one.GetProperty("found").GetString()!);
        Assert.Equal("0.107.0", found["TorchSharp"]);
        Assert.StartsWith("2.10.0 from ", found["libtorch"]);
        Assert.Contains("libLibTorchSharp.so", found["native library of TorchSharp"]);
        Assert.EndsWith("GFLOP/s", found["float32 matrix product"]);
        Assert.Contains("GFLOP/s", found["bfloat16 matrix product"]);
        Assert.EndsWith(HasMatrixTiles() ? "medium uses it" : "it needs AMX", found["product at precision medium"]);
        Assert.Contains("cores", found["threads"]);
        Assert.NotEmpty(found["memory allocator"]);
        Assert.Contains(found.Keys, key => key.StartsWith("GPU", StringComparison.Ordinal));
    }

    [Fact]
    public void Medium_precision_rounds_products_and_highest_does_not()
    {
        Assert.SkipUnless(HasMatrixTiles(), "this processor has no AMX, so that medium changes nothing");
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        var (a, b) = (randn(256, 256, generator: generator), randn(256, 256, generator: generator));
        var exact = a.@double().matmul(b.@double());
        double Error() => (a.matmul(b).@double() - exact).abs().max().ToDouble();
        try
        {
            MatrixPrecision.Use("medium");
            Assert.InRange(Error(), 1e-3, 1);
        }
        finally
        {
            MatrixPrecision.Use("highest");
        }

        Assert.InRange(Error(), 0, 1e-3);
        Assert.Throws<ArgumentException>(() => MatrixPrecision.Use("low"));
    }

    [Fact]
    public void A_run_with_medium_precision_trains_and_leaves_the_next_run_as_it_was()
    {
        string[] few = ["train", "--json", "--train-limit", "32", "--dev-limit", "16", "--epochs", "1", "--max-length", "32"];
        var before = Metrics(few);
        var medium = Metrics([.. few, "--matmul-precision", "medium"]);
        Assert.Equal(before, Metrics(few));
        Assert.Equal(HasMatrixTiles(), medium != before);
    }

    [Fact]
    public void The_state_of_a_device_without_generator_is_refused() =>
        Assert.Contains("does not export", Assert.Throws<LibTorchException>(() => DeviceGenerator.GetState(device("meta"))).Message);

    [Fact]
    public void The_cpu_generator_replays()
    {
        using var scope = NewDisposeScope();
        var state = DeviceGenerator.GetState(CPU);
        var first = rand(5);
        DeviceGenerator.SetState(CPU, state);
        Assert.True(first.equal(rand(5)).all().ToBoolean());
    }

    private static string Metrics(string[] arguments)
    {
        var run = Cli.Run(arguments);
        Assert.True(run.ExitCode == 0, run.Error);
        using var result = JsonDocument.Parse(run.Output);
        return result.RootElement.GetProperty("epochs").GetRawText() is var epochs
            && epochs.Contains("loss", StringComparison.OrdinalIgnoreCase)
            ? string.Join(' ', result.RootElement.GetProperty("epochs").EnumerateArray()
                .Select(epoch => epoch.GetProperty("trainLoss").GetRawText()))
            : epochs;
    }

    /// <summary>Whether the processor has AMX with bfloat16: oneDNN computes float32 products at medium with nothing else.</summary>
    private static bool HasMatrixTiles() =>
        File.Exists("/proc/cpuinfo")
            && File.ReadLines("/proc/cpuinfo")
            .Any(line => line.StartsWith("flags", StringComparison.Ordinal) && line.Contains("amx_bf16", StringComparison.Ordinal));
}
