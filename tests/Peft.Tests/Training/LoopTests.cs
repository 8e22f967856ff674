using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Peft.Data;
using Peft.Methods;
using Peft.Training;

namespace Peft.Tests.Training;

public sealed class LoopTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-loop-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Steps_epochs_and_counts_are_reported()
    {
        var watching = new Watching();
        var result = Watching.Run(Watching.Short, watching);
        Assert.Equal(8, watching.Steps.Count);
        Assert.Equal(Enumerable.Range(1, 8), watching.Steps.Select(step => step.Step));
        Assert.All(watching.Steps, step => Assert.Equal(8, step.TotalSteps));
        Assert.Equal([1, 2], watching.Epochs.Select(epoch => epoch.Epoch));
        Assert.Equal(new ParameterCounts(32_768, 32_768, 514, 5_355_776), watching.Summary!.Parameters);
        Assert.Equal(watching.Epochs.Max(epoch => epoch.Primary), result.Primary);
    }

    [Fact]
    public void Stopped_after_a_step_it_leaves_a_folder_that_loads()
    {
        using var stop = new CancellationTokenSource();
        var result = Watching.Run(
            Watching.Short with { Method = "adamix(lora)", Output = _folder }, new Watching(stop, stopAfter: 3), stop.Token);
        Assert.True(result.Cancelled);
        Assert.Equal(3, result.Steps);
        using var trained = TrainedModel.Load(_folder, new MethodRegistry().Add<Lora>(), "cpu");
        Assert.Equal(4, trained.Model.Adapter!.Spec.Mixture!.Experts);
        Assert.Equal(2, trained.Predict([("the food was good", null)])[0].Classes.Count);
    }

    [Fact]
    public void Stopped_in_its_second_epoch_it_has_the_last_steps_weights_and_those_of_no_epoch()
    {
        using var stop = new CancellationTokenSource();
        var result = Watching.Run(Watching.Short, new Watching(stop, stopAfter: 6), stop.Token);
        Assert.Equal((true, 6, 1, 0), (result.Cancelled, result.Steps, result.Epochs.Count, result.SelectedEpoch));
    }

    [Fact]
    public async Task Cancelled_before_its_first_step_a_run_evaluates_and_writes_nothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        var (watching, output) = (new Watching(), Path.Combine(_folder, "run"));
        using var host = Watching.Host();
        var tuner = host.Services.GetRequiredService<FineTuner>();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => tuner.RunAsync(Watching.Short with { Output = output }, watching, cancelled.Token));
        Assert.Throws<OperationCanceledException>(() => tuner.Run(Watching.Short with { Output = output }, watching, cancelled.Token));
        Assert.Null(watching.Summary);
        Assert.False(Directory.Exists(output));

        // Cancelled while the backbone is loaded and the examples are encoded, before the first step.
        using var late = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(
            () => tuner.Run(Watching.Short with { Output = output }, new CancellingAtStart(late), late.Token));
        Assert.Equal(["log.txt"], Directory.GetFileSystemEntries(output).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData(0, RunEnd.Epochs)]
    [InlineData(3, RunEnd.MaxSteps)]
    [InlineData(8, RunEnd.Epochs)]
    public void The_result_says_what_ended_the_run(int maxSteps, RunEnd end) =>
        Assert.Equal(end, Watching.Run(Watching.Short with { MaxSteps = maxSteps }).EndedBy);

    [Theory]
    [InlineData("lora")]
    [InlineData("adamix(lora)")]
    public void A_run_near_the_majority_baseline_says_so_and_what_to_change(string method)
    {
        var noting = new Noting();
        var options = Watching.Short with { Method = method, LearningRate = 1e-9, Output = _folder };
        using var host = Watching.Host();
        var result = host.Services.GetRequiredService<FineTuner>().Run(options, noting);
        var notice = Assert.Single(result.Notices);
        Assert.Contains("is less than two points above the majority baseline", notice);
        Assert.Contains("--learning-rate (now 1E-09", notice);
        Assert.Contains("more --epochs (now 2)", notice);
        Assert.Equal(method == "adamix(lora)", notice.Contains("adamix.experts=2, now 4", StringComparison.Ordinal));
        Assert.Contains(notice, noting.Notes);
        Assert.Equal(notice, Assert.Single(RunResult.Read(_folder).Notices));
    }

    private sealed class CancellingAtStart(CancellationTokenSource cancelled) : ITrainingObserver
    {
        public void Started(RunSummary summary) => cancelled.Cancel();

        public void Stepped(TrainingProgress progress)
        {
        }

        public void Evaluated(EpochResult epoch)
        {
        }
    }

    [Fact]
    public void Accumulated_batches_make_one_step()
    {
        var watching = new Watching();
        Watching.Run(Watching.Short with { BatchSize = 8, GradientAccumulation = 4 }, watching);
        Assert.Equal(4, watching.Steps.Count);
    }

    [Theory]
    [InlineData("lora")]
    [InlineData("adamix(lora)")]
    public void Recomputing_activations_gives_the_same_run(string method)
    {
        var (kept, again) = (new Watching(), new Watching());
        var expected = Watching.Run(Watching.Short with { Method = method }, kept);
        var found = Watching.Run(Watching.Short with { Method = method, RecomputeActivations = true }, again);
        Assert.Equal(kept.Steps.Select(step => step.Loss), again.Steps.Select(step => step.Loss));
        Assert.Equal(expected.Metrics, found.Metrics);
        Assert.True(found.Settings.RecomputeActivations);
    }

    [Fact]
    public void A_limit_of_steps_holds()
    {
        var watching = new Watching();
        Assert.Equal(3, Watching.Run(Watching.Short with { MaxSteps = 3 }, watching).Steps);
        Assert.Single(watching.Epochs);
    }

    [Fact]
    public void A_loss_that_is_not_finite_stops_with_the_step_named()
    {
        var source = BackboneSource.Folder(BackboneSource.BuiltIn);
        foreach (var file in Directory.GetFiles(source))
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        using (var weights = SafetensorsFile.Open(Path.Combine(source, "model.safetensors")))
        {
            SafetensorsWriter.Write(
                Path.Combine(_folder, "model.safetensors"),
                weights.Tensors.Values.Select(info => new TensorSource(info.Name, info.DType, info.Shape, Poisoned(weights, info.Name))));
        }

        var thrown = Assert.Throws<NonFiniteLossException>(() => Watching.Run(Watching.Short with { Backbone = _folder }));
        Assert.Contains("step 1", thrown.Message);
        Assert.Contains("--learning-rate", thrown.Message);
    }

    /// <summary>float16 NaN in the first element of the first layer's norm.</summary>
    private static byte[] Poisoned(SafetensorsFile weights, string name)
    {
        var bytes = weights.Bytes(name).ToArray();
        if (name == "bert.encoder.layer.0.output.LayerNorm.weight")
            (bytes[0], bytes[1]) = (0x00, 0x7E);
        return bytes;
    }

    [Fact]
    public void A_bfloat16_backbone_trains_float32_weights()
    {
        var watching = new Watching();
        var result = Watching.Run(Watching.Short with { BackboneDtype = "bfloat16", Method = "adamix(houlsby)" }, watching);
        Assert.All(watching.Steps, step => Assert.True(double.IsFinite(step.Loss)));
        Assert.False(result.Cancelled);
    }

    [Fact]
    public void Meters_count_steps_and_tokens()
    {
        var counted = new Dictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, own) =>
            {
                if (instrument.Meter.Name == TrainingMeters.MeterName) own.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>(
            (instrument, value, _, _) => counted[instrument.Name] = counted.GetValueOrDefault(instrument.Name) + value);
        listener.Start();
        Watching.Run(Watching.Short);
        Assert.Equal(8, counted["peft.training.steps"]);
        Assert.True(counted["peft.training.tokens"] > 2 * 64 * 4);
    }

    [Fact]
    public void The_schedule_rises_and_falls_linearly()
    {
        var schedule = new LinearSchedule(1, warmupSteps: 4, totalSteps: 12);
        Assert.Equal([0, 0.25, 0.5, 0.75, 1, 0.875, 0.75], Enumerable.Range(0, 7).Select(schedule.At));
        Assert.Equal(0, schedule.At(12));
    }

    [Fact]
    public void The_host_makes_one_registry_for_all()
    {
        using var host = Watching.Host();
        Assert.Same(host.Services.GetRequiredService<MethodRegistry>(), host.Services.GetRequiredService<MethodRegistry>());
        var methods = host.Services.GetRequiredService<MethodRegistry>().Methods;
        Assert.Equal(["houlsby", "lora", "prefix"], methods.Select(method => method.Name));
    }
}
