using Peft.Training;

using static TorchSharp.torch;

namespace Peft.Tests.Training;

public sealed class DeviceChoiceTests
{
    private static readonly GpuDevice s_gpu = new(0, "NVIDIA Test", 8L << 30, 3L << 30);

    [Fact]
    public void A_model_larger_than_the_free_memory_is_refused_with_both_sizes()
    {
        var problem = Assert.Throws<TrainingOptionsException>(() => DeviceChoice.CheckFits(s_gpu, (3L << 30) + 1));
        Assert.Equal("device", problem.Option);
        Assert.Contains("cuda:0 (NVIDIA Test) has 3.0 GiB of 8.0 GiB free and the backbone alone takes 3.0 GiB", problem.Message);
        Assert.Contains("--backbone-dtype bfloat16", problem.Message);
    }

    [Fact]
    public void A_model_that_fits_passes_and_the_cpu_always_does()
    {
        DeviceChoice.CheckFits(s_gpu, 3L << 30);
        using var model = nn.Linear(4, 4);
        DeviceChoice.CheckFits(CPU, model);
        Assert.Equal("cpu", DeviceChoice.Parse("cpu").ToString());
    }

    [Fact]
    public void The_driver_is_asked_for_gpus_and_has_none_or_some_with_memory() =>
        Assert.All(GpuDevices.Find(), gpu => Assert.True(gpu.Name.Length > 0 && gpu.FreeBytes > 0 && gpu.TotalBytes >= gpu.FreeBytes));

    /// <summary>The mark of peak memory is reset, and rises with what is touched after.</summary>
    [Fact]
    public void Peak_memory_counts_what_was_touched_since_it_was_reset()
    {
        const long Size = 96L << 20;
        using var scope = NewDisposeScope();
        var peak = new PeakMemory();
        var before = peak.Bytes;
        using (ones(Size / 4))
            _ = 0;
        Assert.InRange(peak.Bytes - before, Size / 2, long.MaxValue);
    }
}
