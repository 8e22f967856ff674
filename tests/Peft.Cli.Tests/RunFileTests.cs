namespace Peft.Cli.Tests;

/// <summary>`peft train --config` and `--write-config`.</summary>
public sealed class RunFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-run-file-").FullName;

    private string File => Path.Combine(_folder, "run.yaml");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_command_line_replaces_the_files_values_and_the_whole_file_is_printed()
    {
        System.IO.File.WriteAllText(File, "method: houlsby\nepochs: 7\nseed: 3\nset:\n  houlsby.size: 4\n");
        var result = Cli.Run("train", "--config", File, "--epochs", "2", "--set", "houlsby.size=8", "--write-config");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("method: 'houlsby'\n", result.Output);
        Assert.Contains("epochs: 2\n", result.Output);
        Assert.Contains("seed: 3\n", result.Output);
        Assert.Contains("set:\n  houlsby.size: '8'\n", result.Output);

        System.IO.File.WriteAllText(File, result.Output);
        Assert.Equal(result.Output, Cli.Run("train", "--config", File, "--write-config").Output);
    }

    [Theory]
    [InlineData("epoch: 3", "the nearest is 'epochs'")]
    [InlineData("epochs: 0", "run.yaml, line 1: epochs: 0 is too small; expected auto, or a whole number of at least 1")]
    public void A_file_that_is_wrong_is_refused_before_anything_is_loaded(string text, string problem)
    {
        System.IO.File.WriteAllText(File, text);
        var result = Cli.Run("train", "--config", File);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(problem, Assert.Single(result.Error.TrimEnd().Split('\n')));
    }

    [Fact]
    public void A_number_with_a_comma_is_refused()
    {
        var result = Cli.Run("train", "--learning-rate", "0,003");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("'0,003' is not a number with a decimal point", result.Error);
    }

    [Fact]
    public void Data_that_the_task_does_not_read_are_refused()
    {
        var result = Cli.Run("train", "--task", "builtin", "--data", "tickets.csv");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("'tickets.csv' is not used", result.Error);
        Assert.Contains("--task", result.Error);
    }
}
