using System.Text.Json;

namespace Peft.Cli.Tests;

/// <summary>The command on few examples with a prompt: train, eval, predict, and compare over splits.</summary>
public sealed class PromptTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-prompt-").FullName;

    public PromptTests()
    {
        for (var split = 1; split <= 3; split++)
        {
            Directory.CreateDirectory(Split(split));
            File.WriteAllLines(Path.Combine(Split(split), "train.csv"), Enumerable.Range(0, 8).Select(row => row % 2 == 0
                ? $"1,a wonderful {s_things[(row + split) % 4]}" : $"0,\"an awful, dull {s_things[(row + split) % 4]}\""));
        }

        File.WriteAllLines(
            Path.Combine(_folder, "test.csv"), s_things.SelectMany(thing => (string[])[$"1,fine {thing}", $"0,bad {thing}"]));
    }

    private static readonly string[] s_things = ["film", "book", "song", "room"];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_run_is_evaluated_and_predicts()
    {
        var run = Path.Combine(_folder, "run");
        var trained = Cli.Run("train", "--task", "prompt", "--prompt", "mpqa", "--data", Split(1), "--epochs", "2", "--demonstrations", "1",
            "--output", run);
        Assert.True(trained.ExitCode == 0, trained.Error);
        Assert.Contains("these test rows are evaluated; they select no epoch", trained.Error);
        Assert.Contains("kept epoch         2 of 2", trained.Output);
        var evaluated = Cli.Run("eval", run, "--errors", "1");
        Assert.True(evaluated.ExitCode == 0, evaluated.Error);
        var predicted = Cli.Run("predict", run, "--text", "a fine film");
        Assert.True(predicted.ExitCode == 0, predicted.Error);
        Assert.Contains(predicted.Output.Split('\t')[0], (string[])["negative", "positive"]);
    }

    [Fact]
    public void Methods_are_compared_over_splits()
    {
        var runs = Path.Combine(_folder, "runs");
        var compared = Compare("--splits", Path.Combine(_folder, "8-*"), "--output", runs);
        Assert.True(compared.ExitCode == 0, compared.Error);
        Assert.Contains("1 seed, 3 splits", compared.Output);
        Assert.Contains("mean ± sample standard deviation", compared.Output);
        foreach (var split in (string[])["8-1", "8-2", "8-3"])
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(runs, "lora", split, "seed-1", "result.json")));
            Assert.EndsWith(split, json.RootElement.GetProperty("settings").GetProperty("data").GetString());
        }

        Assert.Contains("1 seed, 2 splits", Compare("--splits", Split(1), Split(2)).Output);
    }

    [Theory]
    [InlineData(2, "--splits: '8-?' is no folder or file", "--splits", "8-?")]
    [InlineData(2, "--data: is given beside --splits", "--splits", "SPLIT", "--data", "SPLIT")]
    public void What_is_no_split_is_refused(int code, string expected, params string[] options)
    {
        var refused = Compare([.. options.Select(option => option == "SPLIT" ? Split(1) : option)]);
        Assert.Equal(code, refused.ExitCode);
        Assert.Contains(expected, refused.Error);
    }

    [Theory]
    [InlineData(2, "--prompt: is missing; task prompt needs", "--task", "prompt")]
    [InlineData(2, "--prompt: 'sst3' is neither a prompt", "--task", "prompt", "--prompt", "sst3")]
    [InlineData(1, "is 2 tokens (subject, ##ive) in the vocabulary of builtin", "--task", "prompt", "--prompt", "subj")]
    [InlineData(2, "--prompt: is for task prompt, and this is classification", "--prompt", "mpqa")]
    [InlineData(2, "--demonstrations: -1 is too small", "--task", "prompt", "--prompt", "mpqa", "--demonstrations", "-1")]
    public void A_wrong_prompt_is_one_line(int code, string expected, params string[] options)
    {
        var refused = Cli.Run(["train", "--data", Split(1), .. options]);
        Assert.Equal(code, refused.ExitCode);
        Assert.Contains(expected, refused.Error);
        Assert.Single(refused.Error.TrimEnd().Split('\n'), line => line.StartsWith("peft: ", StringComparison.Ordinal));
    }

    private Cli Compare(params string[] options) => Cli.Run(
        ["compare", "--task", "prompt", "--prompt", "mpqa", "--methods", "lora", "--max-steps", "1", "--max-length", "24", .. options]);

    private string Split(int number) => Path.Combine(_folder, $"8-{number}");
}
