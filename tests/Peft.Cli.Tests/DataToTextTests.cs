using System.Text.Json;
using Peft.Data;
using Peft.Training;

namespace Peft.Cli.Tests;

/// <summary>From a preset to scores, on the built-in decoder and task.</summary>
public sealed class DataToTextTests : IDisposable
{
    private static readonly string[] s_short =
        ["--max-steps", "3", "--train-limit", "32", "--dev-limit", "8", "--max-length", "64", "--threads", "1"];
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-nlg-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_preset_trains_is_evaluated_and_writes_for_a_context()
    {
        var run = Path.Combine(_folder, "run");
        var trained = Cli.Run(
            ["train", "--task", "venues", "--preset", "nlg-adamix-lora", "--set", "adamix.experts=2", "--seed", "7", "--output", run,
            "--json", .. s_short]);
        Assert.True(trained.ExitCode == 0, trained.Error);
        var settings = RunResult.Read(run).Settings;
        Assert.Equal(("adamix(lora)", "2", "identical", 7), (
            settings.Method, settings.Settings["adamix.experts"], settings.Settings["adamix.starts"], settings.Seed));
        Assert.Equal((2e-4, 2000, 64, 8), (settings.LearningRate, settings.WarmupSteps, settings.MaxLength, settings.BatchSize));

        var evaluated = Cli.Run(
            "eval", run, "--part", "dev", "--beam", "2", "--max-new-tokens", "6", "--output", Path.Combine(_folder, "texts"), "--json");
        Assert.True(evaluated.ExitCode == 0, evaluated.Error);
        using var scores = JsonDocument.Parse(evaluated.Output);
        Assert.Equal(60, scores.RootElement.GetProperty("contexts").GetInt32());
        var scored = Cli.Run(
            "score", "--hyp", Path.Combine(_folder, "texts", DecodedSet.TextsName), "--ref",
            Path.Combine(_folder, "texts", DecodedSet.ReferencesName), "--json");
        using var again = JsonDocument.Parse(scored.Output);
        foreach (var metric in scores.RootElement.GetProperty("metrics").EnumerateObject())
            Assert.Equal(metric.Value.GetDouble(), again.RootElement.GetProperty("scores").GetProperty(metric.Name).GetDouble(), 12);

        var context = VenueTask.Create(GenerationSplit.Dev).Unique()[0].Context;
        string[] generate = ["generate", "--adapter", run, "--prompt", context, "--beam", "2", "--length-penalty", "0.8",
            "--no-repeat-ngram", "4", "--max-new-tokens", "6"];
        Assert.Equal(File.ReadAllLines(Path.Combine(_folder, "texts", DecodedSet.TextsName))[0] + "\n", Cli.Run(
            [.. generate, "--contexts"]).Output);
        var predicted = Cli.Run("predict", run, "--text", context, "--json");
        Assert.True(predicted.ExitCode == 0, predicted.Error);
        Assert.Contains("\"generated\":", predicted.Output);
        Assert.NotEqual(Cli.Run([.. generate, "--contexts"]).Output, Cli.Run(generate).Output);
    }

    [Fact]
    public void Training_can_score_what_it_writes_and_a_comparison_shows_it()
    {
        var compared = Cli.Run(
            ["compare", "--backbone", "builtin", "--task", "venues", "--methods", "lora,full", "--score", "test", "--output", _folder,
                .. s_short]);
        Assert.True(compared.ExitCode == 0, compared.Error);
        Assert.Matches(@"\| method \|\s+loss \|\s+likelihood \|\s+bleu \|\s+nist \|", compared.Output);
        Assert.Contains("not loss, nist, cider", compared.Output);
        Assert.True(File.Exists(Path.Combine(_folder, "lora", "seed-1", DecodedSet.TextsName)));
    }

    [Theory]
    [InlineData("--preset: there is no preset 'nlg-lara'", "train", "--preset", "nlg-lara")]
    [InlineData("--score: 'train' is not one of dev, test", "train", "--task", "venues", "--score", "train")]
    [InlineData("--score: is for data-to-text tasks", "train", "--score", "test")]
    [InlineData("--score: is for tasks with contexts", "train", "--task", "text", "--data", ".", "--score", "test")]
    [InlineData("--data: is missing; task e2e", "train", "--task", "e2e")]
    [InlineData("--inference: a bare backbone is no mixture", "generate", "--prompt", "a", "--inference", "fixed")]
    public void What_does_not_fit_is_said_and_exits_with_2(string message, params string[] arguments)
    {
        var result = Cli.Run(arguments);
        Assert.Equal(PeftCommand.Usage, result.ExitCode);
        Assert.Contains(message, result.Error);
    }

    [Theory]
    [InlineData("ensemble", true)]
    [InlineData("fixed", true)]
    [InlineData("best", false)]
    public void A_mixture_is_inferred_as_told(string inference, bool known)
    {
        var run = Path.Combine(_folder, "run");
        Assert.Equal(0, Cli.Run(["train", "--task", "venues", "--method", "adamix(lora)", "--output", run, .. s_short]).ExitCode);
        var result = Cli.Run(
            "generate", "--adapter", run, "--prompt", "name[Old Mill]", "--contexts", "--max-new-tokens", "4", "--inference", inference);
        Assert.Equal(known ? 0 : PeftCommand.Usage, result.ExitCode);
    }
}
