using Microsoft.Extensions.DependencyInjection;
using Peft.Training;

namespace Peft.Cli.Tests;

/// <summary>Messages name options as one types them, tasks and their files, and texts that fit no task.</summary>
public sealed class HostileDataTests : IDisposable
{
    private static readonly string[] s_short =
        ["--device", "cpu", "--epochs", "1", "--max-steps", "1", "--max-length", "16", "--threads", "1", "--method", "head-only"];

    private readonly string _folder = Directory.CreateTempSubdirectory("peft-task-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("--top-p is 2: expected a number above 0, at most 1", "--sample", "--top-p", "2")]
    [InlineData("--no-repeat-ngram is -1: expected at least 0", "--no-repeat-ngram", "-1")]
    [InlineData("--min-length is 9: expected 0 to --max-new-tokens (3)", "--min-length", "9", "--max-new-tokens", "3")]
    [InlineData("--temperature is 0.5: has no effect unless --sample is set", "--temperature", "0.5")]
    [InlineData("--beam is 2: a beam search samples nothing; leave --sample out, or --beam at 1", "--sample", "--beam", "2")]
    public void Options_of_decoding_are_named_as_they_are_typed(string said, params string[] options)
    {
        var result = Cli.Run(["generate", "--prompt", "a", .. options]);
        Assert.Equal(PeftCommand.Usage, result.ExitCode);
        Assert.StartsWith("peft: " + said, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_task_or_data_that_are_not_there_are_named_with_what_is()
    {
        var file = Path.Combine(_folder, "other.tsv");
        File.WriteAllText(file, "x");
        (string Said, string[] Arguments)[] calls =
        [
            ("there is no task 'sts2'; the nearest is 'stsb'. Known: tickets, builtin, cola", ["--task", "sts2", "--data", _folder]),
            ($"{_folder}: SST-2 needs train.tsv or train_subset.tsv, but there is only other.tsv.", ["--task", "sst2", "--data", _folder]),
            ($"{_folder}: expected train.txt or trainset.csv for the train part of e2e, but there is only other.tsv.",
                ["--task", "e2e", "--backbone", "builtin-gpt2", "--data", _folder]),
            ($"{file}: is a file. Give the folder with SST-2's train.tsv and dev.tsv.", ["--task", "sst2", "--data", file]),
            ($"{_folder}/no: no such folder. Give the folder with e2e's train.txt or trainset.csv.",
                ["--task", "e2e", "--backbone", "builtin-gpt2", "--data", _folder + "/no"]),
        ];
        foreach (var (said, arguments) in calls)
            Assert.StartsWith("peft: " + said, Cli.Run(["train", .. arguments]).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Predict_refuses_empty_texts_and_pairs_where_the_task_has_none()
    {
        var run = Path.Combine(_folder, "run");
        Assert.Equal(0, Cli.Run(["train", "--train-limit", "8", "--dev-limit", "4", "--output", run, .. s_short]).ExitCode);
        (string Said, string[] Arguments)[] calls =
        [
            ("--text '': expected a text, found an empty one.", ["--text", ""]),
            ("--text '  ': expected a text, found an empty one.", ["--text", "good", "--text", "  "]),
            ("--text 'a': expected one text, as task 'builtin' has no pairs, found two (--text and --pair).",
                ["--text", "a", "--pair", "b"]),
            ("--pair: needs --text;", ["--pair", "b"]),
        ];
        foreach (var (said, arguments) in calls)
        {
            var result = Cli.Run(["predict", run, "--device", "cpu", .. arguments]);
            Assert.Equal(PeftCommand.Usage, result.ExitCode);
            Assert.StartsWith("peft: " + said, result.Error, StringComparison.Ordinal);
        }

        using var host = Composition.Host([]);
        using var trained = TrainedModel.Load(run, host.Services.GetRequiredService<MethodRegistry>(), "cpu");
        Assert.Throws<PredictionTextException>(() => trained.Predict([("a", "b")]).ToList());
        Assert.Throws<PredictionTextException>(() => trained.Predict([(" ", null)]).ToList());
    }
}
