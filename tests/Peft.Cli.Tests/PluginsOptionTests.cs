namespace Peft.Cli.Tests;

/// <summary>--plugins; what plugins may be is tested where they are loaded.</summary>
public sealed class PluginsOptionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-plugins-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_broken_plugin_is_one_line_and_the_command_goes_on()
    {
        File.WriteAllText(Path.Combine(_folder, "Broken.dll"), "no assembly");
        var result = Cli.Run("--plugins", _folder, "methods", "lora");
        Assert.Equal(PeftCommand.Success, result.ExitCode);
        Assert.Contains("from Peft.Methods", result.Output);
        Assert.StartsWith("peft: ", Assert.Single(result.Error.TrimEnd().Split('\n')));
        Assert.Contains("Broken.dll", result.Error);
    }

    [Fact]
    public void The_command_ends_when_the_method_asked_for_is_missing()
    {
        File.WriteAllText(Path.Combine(_folder, "Broken.dll"), "no assembly");
        var result = Cli.Run("train", "--plugins", _folder, "--method", "adamix(broken)");
        Assert.Equal(PeftCommand.Usage, result.ExitCode);
        Assert.Equal(2, result.Error.TrimEnd().Split('\n').Length);
        Assert.Contains("no method 'broken'", result.Error);
    }

    [Theory]
    [InlineData("train")]
    [InlineData("compare")]
    [InlineData("demo")]
    [InlineData("methods")]
    [InlineData("eval", ".")]
    [InlineData("predict", ".")]
    public void A_folder_that_is_not_there_is_refused(params string[] command)
    {
        var result = Cli.Run([.. command, "--plugins", "no/such/plugins"]);
        Assert.Equal(PeftCommand.Usage, result.ExitCode);
        Assert.Contains("no/such/plugins", result.Error);
    }

    [Fact]
    public void Watching_needs_something_to_watch()
    {
        var result = Cli.Run("methods", "--watch");
        Assert.Equal(PeftCommand.Usage, result.ExitCode);
        Assert.Contains("--plugins", result.Error);
    }
}
