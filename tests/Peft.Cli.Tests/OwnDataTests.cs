using System.Text.Json;

namespace Peft.Cli.Tests;

/// <summary>The command on a user's own file.</summary>
public sealed class OwnDataTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-own-").FullName;

    public OwnDataTests() => File.WriteAllLines(
        Tickets, ["body,category", .. Enumerable.Range(0, 60).Select(row => $"the {(row % 2 == 0 ? "bill" : "parcel")} {row},{(row % 2 == 0 ? "money" : "post")}")]);

    private string Tickets => Path.Combine(_folder, "tickets.csv");

    private string Run => Path.Combine(_folder, "run");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_alone_is_enough_to_train()
    {
        var trained = Cli.Run("train", "--data", Tickets, "--backbone", "builtin", "--max-length", "auto", "--output", Run);
        Assert.True(trained.ExitCode == 0, trained.Error);
        Assert.Contains("text is read from column 'body', label from 'category'", trained.Error);
        Assert.Contains("| class | precision | recall |", trained.Output);
        Assert.Contains("rows of each class by the class that was predicted:", trained.Output);
        using var result = JsonDocument.Parse(File.ReadAllText(Path.Combine(Run, "result.json")));
        Assert.Equal(2, result.RootElement.GetProperty("classes").GetProperty("classes").GetArrayLength());
        var predicted = Cli.Run("predict", Run, "--text", "the parcel");
        Assert.True(predicted.ExitCode == 0, predicted.Error);
        Assert.Contains(predicted.Output.Split('\t')[0], (string[])["money", "post"]);
        Assert.Equal(0, Cli.Run("eval", Run).ExitCode);
    }

    [Fact]
    public async Task Standard_input_is_trained_on()
    {
        var script = $"cat '{Tickets}' | \"$0\" train --data - --backbone builtin --max-steps 2 --max-length 16";
        var trained = await CommandProcess.Run(new Dictionary<string, string?>(), shell: script);
        Assert.True(trained.ExitCode == 0, trained.Error);
        Assert.Contains("54 training rows, 6 development rows", trained.Error);
    }

    [Theory]
    [InlineData("--label-column", "catgory", 1, "the nearest is 'category'. Its columns: 'body', 'category'")]
    [InlineData("--task", "regression", 1, "line 2, column 'category': expected a number with a decimal point, found 'money'")]
    [InlineData("--metric", "acuracy", 2, "the nearest is 'accuracy'")]
    [InlineData("--max-length", "automatic", 2, "'automatic' is not auto or a whole number")]
    [InlineData("--class-weights", "even", 2, "'even' is not one of none, balanced")]
    [InlineData("--fold", "2", 2, "--fold: needs --folds")]
    public void A_wrong_option_is_one_line(string option, string value, int code, string expected)
    {
        var run = Cli.Run(
            "train", "--data", Tickets, "--backbone", "builtin", "--max-steps", "1", "--output", Run, option, value);
        Assert.True(run.ExitCode == code, run.Error);
        Assert.Contains(expected, run.Error);
        Assert.False(Directory.Exists(Run));
    }

    [Fact]
    public void Several_runs_cannot_read_standard_input()
    {
        var run = Cli.Run("compare", "--data", "-", "--methods", "lora,head-only");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("standard input (-) can be read once", run.Error);
    }
}
