using System.Diagnostics;
using Peft.Methods;
using Peft.Training;

namespace Peft.Cli.Tests;

/// <summary>The quickstart for C#: the page shows the example, the example runs, and the command reads what it wrote.</summary>
public sealed class QuickstartTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-quickstart-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/guide/csharp.md")]
    public void The_page_shows_the_example(string file)
    {
        var root = FindRoot();
        var page = File.ReadAllText(Path.Combine(root, file));
        var code = File.ReadAllText(Path.Combine(root, "examples", "Quickstart", "Program.cs"));
        Assert.Contains($"```csharp\n{code.TrimEnd()}\n```\n", page);
    }

    [Fact]
    public async Task The_example_trains_predicts_and_saves_what_the_command_loads()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "..", "..", "Quickstart", "release", "Quickstart");
        using var process = Process.Start(new ProcessStartInfo(Path.GetFullPath(program))
        {
            WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await error);
        Assert.Contains("the wine was good: praise 0.9", await output);
        Assert.Contains("a terrible market: blame 0.", await output);

        var run = Path.Combine(_folder, "runs", "opinions");
        var predicted = Cli.Run("predict", run, "--text", "a wonderful ship", "--top");
        Assert.True(predicted.ExitCode == 0, predicted.Error);
        Assert.StartsWith("praise\t", predicted.Output);
        Assert.Contains("\nblame\t", predicted.Output);
        var evaluated = Cli.Run("eval", run);
        Assert.Equal(PeftCommand.Failure, evaluated.ExitCode);
        Assert.Contains("examples in a program", evaluated.Error);
    }

    [Fact]
    public void Pairs_limits_and_labels_of_any_text_work_and_a_saved_run_predicts_the_same()
    {
        (string, string, string)[] pairs =
        [
            .. Enumerable.Range(0, 10).SelectMany(_ => ((string, string, string)[])
                [("the film was good", "the film", "yes, it is!"), ("the food was bad", "the food", "nein \"so\"")]),
        ];
        var registry = new MethodRegistry().Add<Lora>();
        using var model = new FineTuner(registry).Train(
            ClassificationTask.FromExamples("sst2", pairs),
            new TrainingOptions { Backbone = "builtin", Epochs = 1, TrainLimit = 12, BatchSize = 4 });
        Assert.Equal((12, 4, 0.5), (model.Result.TrainRows, model.Result.DevRows, model.Result.MajorityShare));
        var first = Assert.Single(model.Predict([("the wine was bad", "the wine")]));
        Assert.Equal(["nein \"so\"", "yes, it is!"], first.Classes.Select(one => one.Label).Order(StringComparer.Ordinal));
        Assert.Equal(1, first.Classes.Sum(one => one.Probability), 6);

        var run = Path.Combine(_folder, "run");
        model.Save(run);
        Assert.Contains("earlier run", Assert.Throws<TrainingOptionsException>(() => model.Save(run)).Message);
        using var again = TrainedModel.Load(run, registry);
        var second = Assert.Single(again.Predict([("the wine was bad", "the wine")]));
        Assert.Equal((first.Answer, first.Probability!.Value), (second.Answer, second.Probability!.Value));
    }

    [Fact]
    public void An_adapter_without_names_of_labels_loads_as_before()
    {
        var run = Path.Combine(_folder, "old");
        Assert.Equal(0, Cli.Run("train", "--output", run, "--train-limit", "32", "--dev-limit", "16", "--epochs", "1").ExitCode);
        var manifest = Path.Combine(run, "adapter", "adapter.json");
        var lines = File.ReadAllText(manifest);
        var labels = lines.IndexOf("\"labels\"", StringComparison.Ordinal);
        File.WriteAllText(manifest, lines[..labels] + lines[lines.IndexOf("\"checksum\"", StringComparison.Ordinal)..]);
        var predicted = Cli.Run("predict", run, "--text", "good", "--json");
        Assert.True(predicted.ExitCode == 0, predicted.Error);
        Assert.Matches("positive|negative", predicted.Output);
        Assert.DoesNotContain("labels:", Cli.Run("inspect", run).Output);
    }

    [Theory]
    [InlineData("expected examples of at least 2 labels, found only 'a'", "x:a", "y:a")]
    [InlineData("expected examples of at least 2 labels, found no example")]
    [InlineData("empty text or label", "x:a", " :b")]
    [InlineData("none is left to evaluate on", "x:a", "y:b")]
    public void Examples_that_cannot_be_trained_on_are_refused(string because, params string[] examples)
    {
        var problem = Assert.Throws<ExamplesException>(() => ClassificationTask.FromExamples(
            "mine", examples.Select(one => (one.Split(':')[0], one.Split(':')[1]))));
        Assert.Contains(because, problem.Message);
        Assert.StartsWith("task 'mine': ", problem.Message);
    }

    [Fact]
    public void A_development_label_that_was_not_trained_is_refused() => Assert.Contains(
        "'c' is none of the labels to train on: a, b",
        Assert.Throws<ExamplesException>(() => ClassificationTask.FromExamples(
            "mine", (IEnumerable<(string, string)>)[("x", "a"), ("y", "b")], [("z", "c")])).Message);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Peft.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("the tests run inside the repository");
    }
}
