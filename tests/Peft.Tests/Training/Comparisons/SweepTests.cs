using System.Text.Json;
using Peft.Methods;
using Peft.Training;
using static Peft.Training.Sweep;

namespace Peft.Tests.Training.Comparisons;

/// <summary>Sweeps of runs of a few steps.</summary>
public sealed class SweepTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-sweep-").FullName;
    private readonly MethodRegistry _registry = new MethodRegistry().AddFrom(typeof(Lora).Assembly);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_best_configuration_is_written_as_a_run_file_that_trains()
    {
        var trials = Sweep(Plan("learning-rate", "1e-9", "1e-2"));
        Assert.Equal(2, trials.Count);
        Assert.True(trials[0].Primary.Mean >= trials[1].Primary.Mean);
        Assert.Equal(2, trials[0].Summary.Runs.Count); // one of each seed
        var best = RunFile.Read(Path.Combine(_folder, BestName), new TrainingOptions());
        Assert.Equal(trials[0].Values["learning-rate"], RunOption.Find("learning-rate")!.Text(best) is "0.01" ? "1e-2" : "1e-9");
        Assert.Null(best.Output);
        var again = new FineTuner(_registry).Run(best with { Seed = 1 });
        Assert.Equal(trials[0].Summary.Runs[0].Metrics, again.Metrics);

        using var result = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_folder, ResultName)));
        Assert.Equal(2, result.RootElement.GetArrayLength());
        var first = result.RootElement[0].GetProperty("values").GetProperty("learning-rate").GetString();
        Assert.Equal(trials[0].Values["learning-rate"], first);
        foreach (var run in result.RootElement.EnumerateArray().SelectMany(trial => trial.GetProperty("runs").EnumerateArray()))
            Assert.True(File.Exists(Path.Combine(run.GetString()!, RunResult.FileName)), run.GetString());
    }

    [Fact]
    public void A_stopped_sweep_goes_on_where_it_ended()
    {
        var plan = Plan("method", "head-only", "lora");
        using var stop = new CancellationTokenSource();
        var first = new Watching(stop, stopAfter: 1);
        Assert.Empty(Sweep(plan, first, stop.Token));
        var finished = Sweep(plan with { Parameters = [new SweepParameter.List("method", ["head-only"])] });
        var times = Times();
        Assert.Equal(2, times.Count);

        var second = new Watching();
        var trials = Sweep(plan, second);
        Assert.Equal(["head-only", "lora"], trials.Select(trial => trial.Values["method"]).Order());
        Assert.Equal(finished[0].Primary, trials.Single(trial => trial.Values["method"] == "head-only").Primary);
        Assert.All(times, pair => Assert.Equal(pair.Value, File.GetLastWriteTimeUtc(pair.Key)));
        Assert.Equal(2 * 2, second.Steps.Count); // of lora alone, with two seeds
        var third = new Watching();
        Sweep(plan, third);
        Assert.Empty(third.Steps);
        Sweep(plan with { Options = plan.Options with { Overwrite = true } }, third);
        Assert.Equal(2 * 2 * 2, third.Steps.Count);
    }

    [Fact]
    public void A_lower_rmse_is_better()
    {
        var data = Path.Combine(_folder, "a.csv");
        File.WriteAllLines(data, ["text,score", .. Enumerable.Range(0, 60)
            .Select(row => row % 2 == 0 ? $"the bill was too high {row},9" : $"the parcel came late {row},1")]);
        var plan = Plan("learning-rate", "1e-2", "1e-9");
        var trials = Sweep(plan with
        {
            Seeds = [1],
            Options = plan.Options with
            {
                Task = "regression", Data = data, Metric = "rmse", MaxSteps = 0, Epochs = 4, TrainLimit = 0,
            },
        });
        Assert.Equal("rmse", trials[0].Summary.PrimaryMetric);
        Assert.True(trials[0].Primary.Mean < trials[1].Primary.Mean);
        Assert.Equal(0.01, RunFile.Read(Path.Combine(_folder, BestName), new TrainingOptions()).LearningRate);
    }

    [Fact]
    public void Without_an_output_folder_and_with_a_wrong_value_nothing_is_trained()
    {
        var plan = Plan("method", "lora", "loar");
        Assert.Equal("output", Assert.Throws<TrainingOptionsException>(
            () => Sweep(plan with { Options = plan.Options with { Output = null } })).Option);
        Assert.Contains("the nearest is 'lora'", Assert.Throws<UnknownNameException>(() => Sweep(plan)).Message);
        Assert.Equal("data", Assert.Throws<TrainingOptionsException>(
            () => Sweep(Plan("epochs", "1", "2") with { Options = plan.Options with { Task = "classification", Data = "-" } })).Option);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    private IReadOnlyList<SweepTrial> Sweep(SweepPlan plan, Watching? watching = null, CancellationToken cancellation = default) =>
        new Sweep(new FineTuner(_registry), _registry).Run(plan, watching ?? new Watching(), cancellation);

    private SweepPlan Plan(string name, params string[] values) => new()
    {
        Options = Watching.Short with { TrainLimit = 32, DevLimit = 16, MaxSteps = 2, Output = _folder },
        Parameters = [new SweepParameter.List(name, values)],
        Seeds = [1, 2],
    };

    private Dictionary<string, DateTime> Times() => Directory.EnumerateFiles(_folder, RunResult.FileName, SearchOption.AllDirectories)
        .ToDictionary(file => file, File.GetLastWriteTimeUtc);
}
