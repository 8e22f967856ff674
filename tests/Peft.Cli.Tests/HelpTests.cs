using System.CommandLine;

namespace Peft.Cli.Tests;

/// <summary>The help of every command, also of those below another one.</summary>
public sealed class HelpTests
{
    [Fact]
    public void Every_argument_and_option_in_a_help_has_a_description_and_hidden_options_are_left_out()
    {
        var commands = Below(PeftCommand.Create(), []).ToList();
        Assert.Contains(commands, one => one.Path is ["paper", "run"]);
        foreach (var (path, command) in commands)
        {
            var help = Cli.Run([.. path, "--help"]);
            Assert.Equal(0, help.ExitCode);
            var lines = help.Output.Split('\n');
            foreach (var option in command.Options)
                Assert.True(
                    option.Hidden ? !lines.Any(line => line.Trim().StartsWith(option.Name, StringComparison.Ordinal))
                        : !string.IsNullOrWhiteSpace(option.Description), $"{string.Join(' ', path)} {option.Name}");
            Assert.All(
                command.Arguments, one => Assert.False(string.IsNullOrWhiteSpace(one.Description), $"{string.Join(' ', path)} {one.Name}"));
        }
    }

    private static IEnumerable<(string[] Path, Command Command)> Below(Command parent, string[] path) =>
        parent.Subcommands.SelectMany(one => Below(one, [.. path, one.Name]).Prepend(([.. path, one.Name], one)));
}
