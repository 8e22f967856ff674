using System.Text.RegularExpressions;
using Peft.Cli.Output;
using Peft.Training;
using Spectre.Console;

namespace Peft.Cli.Tests;

/// <summary>Help, tables, curves and progress at several widths: no line is too long, and no word is broken.</summary>
public sealed partial class WidthTests : IDisposable
{
    private const string Width = "COLUMNS";

    private static readonly string[] s_short =
        ["--train-limit", "48", "--dev-limit", "32", "--max-length", "24", "--batch-size", "16", "--threads", "1"];

    private readonly string _folder = Directory.CreateTempSubdirectory("peft-width-").FullName;

    public static TheoryData<int> Widths { get; } = [60, 80, 120];

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Width, null);
        Directory.Delete(_folder, recursive: true);
    }

    [Theory, MemberData(nameof(Widths))]
    public void Help_of_every_command_fits_and_breaks_no_word(int width)
    {
        Environment.SetEnvironmentVariable(Width, $"{width}");
        var commands = PeftCommand.Create().Subcommands.Select(command => command.Name).ToList();
        Assert.True(commands.Count > 15);
        foreach (var command in commands.Select(name => (string[])[name, "--help"]).Append(["--help"]))
        {
            Environment.SetEnvironmentVariable(Width, "1000");
            var whole = Cli.Run(command).Output;
            Environment.SetEnvironmentVariable(Width, $"{width}");
            var help = Cli.Run(command);
            Assert.Equal(0, help.ExitCode);
            AssertFits(help.Output, width);
            AssertSameWords(whole, help.Output);
            Assert.Contains("Usage:\n  peft", help.Output);
        }
    }

    [Theory, MemberData(nameof(Widths))]
    public void The_tables_of_runs_fit(int width)
    {
        Environment.SetEnvironmentVariable(Width, $"{width}");
        var run = Path.Combine(_folder, "run");
        var trained = Cli.Run(["train", "--output", run, "--epochs", "2", .. s_short]);
        Assert.True(trained.ExitCode == 0, trained.Error);
        AssertFits(trained.Output, width);
        Assert.Contains("majority baseline", trained.Output);
        Assert.Matches(@"ended +all 2 epochs done, 6 steps", trained.Output);
        Assert.Matches("[▁▂▃▄▅▆▇█]{3}", trained.Output);

        var compared = Cli.Run(["compare", "--methods", "lora,adamix(pfeiffer)", "--seeds", "1,2", "--epochs", "2", .. s_short]);
        AssertFits(compared.Output, width);
        Assert.Contains("adamix(pfeiffer)", compared.Output);
        Assert.Contains(" ± ", compared.Output);
        Assert.Matches("adamix.* seed 2 .*[▁▂▃▄▅▆▇█]{3}", compared.Output);

        AssertFits(Cli.Run("eval", run).Output, width);
        Assert.Matches(@"accuracy +\d+\.\d\n", Cli.Run("eval", run).Output);
    }

    [Theory, MemberData(nameof(Widths))]
    public void Plans_methods_and_the_doctor_fit(int width)
    {
        Environment.SetEnvironmentVariable(Width, $"{width}");
        var plan = Cli.Run(
            "plan", "--method", "adamix(lora+compacter-plus-plus)", "--set", "lora.targets=all-linear", "--set", "lora.rank@query=4");
        Assert.True(plan.ExitCode == 0, plan.Error);
        AssertFits(plan.Output, width);
        Assert.Matches(@"bert.*[.…]0[.…].*query\s", plan.Output);
        var small = Cli.Run("plan", "--method", "lora");
        AssertFits(small.Output, width);
        Assert.Matches(@"(?m)^(\| )?module +(\| )?site +(\| )?method", small.Output);
        foreach (var output in (string[])[Cli.Run("methods", "lora").Output, Cli.Run("methods").Output, Cli.Run("doctor").Output])
            AssertFits(output, width, except: line => line.Contains('/', StringComparison.Ordinal)); // addresses and paths are not cut
    }

    [Theory, MemberData(nameof(Widths))]
    public void Progress_is_on_one_line_with_its_percentage(int width)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes, Interactive = InteractionSupport.Yes, Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = width;
        ProgressView.WatchLive(console, observer =>
        {
            foreach (var method in (string[])["lora", "adamix(compacter-plus-plus)"])
            {
                observer.Started(new RunSummary(method, "builtin", 1, 100, 50, new ParameterCounts(1, 1, 1, 1), "cpu"));
                observer.Stepped(new TrainingProgress(40, 12345, 1, 0.6931, 1e-3, 123_456, TimeSpan.FromMinutes(12)));
                observer.Evaluated(new EpochResult(
                    1, 0.7, new Dictionary<string, double> { ["accuracy"] = 0.7754, ["matthews"] = 0.5 }, 0.7754));
                observer.Noted("a notice that is longer than a line of a narrow terminal, which is wrapped at words and never inside one");
            }

            return 0;
        });
        var lines = Escape().Replace(text.ToString(), "").Split('\n', '\r').Select(line => line.TrimEnd()).ToList();
        Assert.All(lines, line => Assert.True(line.Length <= width, line));
        Assert.Contains(lines, line => line.StartsWith("lora seed 1 ", StringComparison.Ordinal) && line.EndsWith('%'));
        Assert.Contains(lines, line => line.StartsWith("adamix", StringComparison.Ordinal) && line.EndsWith('%')
            && line.Contains("accuracy 77.5", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Trim() is "%" or "0" or "1");
    }

    [Fact]
    public void Without_a_terminal_and_with_json_there_is_no_curve()
    {
        string[] train = ["train", "--epochs", "1", .. s_short];
        Assert.DoesNotContain("█", Cli.Run(train).Output);
        Environment.SetEnvironmentVariable(Width, "80");
        Assert.DoesNotContain("█", Cli.Run([.. train, "--json"]).Output);
        Assert.Contains("█", Cli.Run(train).Output);
    }

    [Theory]
    [InlineData("bert.encoder.layer.0.attention.self.query", 41, "bert.encoder.layer.0.attention.self.query")]
    [InlineData("bert.encoder.layer.0.attention.self.query", 35, "bert…layer.0.attention.self.query")]
    [InlineData("bert.encoder.layer.10.attention.self.query", 14, "bert…10…query")]
    [InlineData("encoder.attention.query", 14, "encoder…query")]
    [InlineData("adamix(compacter-plus-plus)", 11, "adami…plus)")]
    public void Names_are_shortened_in_the_middle(string name, int width, string expected) =>
        Assert.Equal(expected, Words.Shorten(name, width));

    [Theory]
    [InlineData(new double[] { 1, 2, 3, 4, 5, 6, 7, 8 }, 8, 1, "▁▂▃▄▅▆▇█")]
    [InlineData(new double[] { 8, 8, 1, 1 }, 2, 1, "█▁")]
    [InlineData(new double[] { 1, 3 }, 6, 1, "▁▁▁███")]
    [InlineData(new double[] { 5, 5, 5 }, 3, 1, "▄▄▄")]
    [InlineData(new double[] { 0, 1 }, 2, 2, " █|▁█")]
    public void A_curve_has_its_lowest_and_highest_value(double[] values, int width, int height, string expected) =>
        Assert.Equal(expected, string.Join('|', Curve.Draw(values, width, height)));

    private static void AssertFits(string output, int width, Func<string, bool>? except = null) => Assert.All(
        output.Split('\n').Where(line => except?.Invoke(line) != true),
        line => Assert.True(line.Length <= width, $"{line.Length}: {line}"));

    /// <summary>Wrapping adds spaces and line ends alone; a long list is broken behind commas.</summary>
    private static void AssertSameWords(string whole, string wrapped)
    {
        static HashSet<string> WordsOf(string text) =>
        [
            .. text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).SelectMany(word => word.Split(',', '+'))
                .Where(word => word != "\\"),
        ];
        Assert.Empty(WordsOf(wrapped).Except(WordsOf(whole)));
        Assert.Empty(WordsOf(whole).Except(WordsOf(wrapped)));
    }

    [GeneratedRegex(@"\x1b\[[0-9;?]*[A-Za-z]")]
    private static partial Regex Escape();
}
