namespace Peft.Cli.Tests;

/// <summary>The demo with the built-in encoder and one epoch.</summary>
public sealed class DemoTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-demo-").FullName;

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void It_prints_a_table_bars_what_it_says_of_AdaMix_an_error_and_what_to_try()
    {
        var demo = Cli.Run("demo", "--backbone", "builtin", "--epochs", "1", "--output", _folder);
        Assert.True(demo.ExitCode == 0, demo.Error);
        foreach (var method in (string[])["head-only", "full", "bitfit", "lora", "houlsby", "adamix(lora)", "adamix(houlsby)"])
            Assert.Contains($"| {method} ", demo.Output);
        Assert.Contains("300 training rows, 1000 development rows, 1 epochs", demo.Output);
        Assert.Matches("\nhoulsby +[^\n]*[█▏▎▍▌▋▊▉#]", demo.Output);
        var text = demo.Output.ReplaceLineEndings(" ");
        Assert.Matches(@"AdaMix, which costs as much as its base method at inference: [\d.]+ against [\d.]+ of lora, "
            + @"[\d.]+ against [\d.]+ of houlsby, with one seed", text);
        Assert.Matches(@"the best method, [a-z()-]+, still takes \d+ of the tickets '[a-z_]+' for '[a-z_]+'", text);
        var commands = demo.Output.Split('\n').Where(line => line.StartsWith("  peft ", StringComparison.Ordinal)).ToList();
        Assert.Equal(["train", "predict", "train"], commands.Select(command => command.Trim().Split(' ')[1]));
        Assert.StartsWith($"  peft predict {_folder}", commands[1], StringComparison.Ordinal);
        Assert.Equal(0, Cli.Run("predict", commands[1].Trim().Split(' ')[2], "--text", "where is my money?", "--top").ExitCode);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("few")]
    public void Epochs_are_a_whole_number_above_zero(string epochs)
    {
        var failed = Cli.Run("demo", "--epochs", epochs);
        Assert.Equal(PeftCommand.Usage, failed.ExitCode);
        Assert.Contains($"--epochs: '{epochs}' is not a whole number from 1", failed.Error);
    }
}
