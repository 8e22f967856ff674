using Peft.Training;

namespace Peft.Cli.Tests;

/// <summary>Every option with a number, in every command, with every odd spelling: refused in one line that names the option.</summary>
public sealed class HostileSpellingTests
{
    private static readonly string[] s_noNumbers =
    [
        "0,5", "1,000", "1_000", "1'000", "1 000", "0x10", "\uFF11", "\u0661", "\u00BD", "1e999", "-1e999", "NaN", "nan", "inf", "Infinity",
        "\u221E", "-", "+", ".", "1.5.2", "1e", "e1", "null", "true", "1f", "1d", "10%", "(1)", "$1", "\u001B[31m1",
        new string('9', 400), "-" + new string('9', 400), "1 #", "0b1", "1/2", "one",
    ];

    private static readonly string[] s_notWhole = ["1.5", "1e3", "0.1", "99999999999999999999999", "-99999999999", "1e-3"];

    public static TheoryData<string> Commands { get; } = new("train", "compare", "generate", "diff", "eval", "score", "predict");

    [Theory, MemberData(nameof(Commands))]
    public void Odd_numbers_are_refused_by_name(string command)
    {
        var numbers = Numbers(command).ToList();
        var found = new List<string>();
        foreach (var (option, isWhole) in numbers)
        {
            foreach (var spelling in isWhole ? s_noNumbers.Concat(s_notWhole) : s_noNumbers)
            {
                var result = Cli.Run([command, .. Operands(command), $"{option}={spelling}"]);
                if (result.ExitCode != PeftCommand.Usage || !result.Error.StartsWith($"peft: {option}: ", StringComparison.Ordinal))
                    found.Add($"{option}={spelling}: {result.ExitCode}, {result.Error}");
            }
        }

        Assert.True(found.Count == 0, string.Join('\n', found.Take(10)));
        Assert.True(command is "score" or "predict" || numbers.Count > 0, $"{command} has no options with numbers");
    }

    private static IEnumerable<(string Name, bool IsWhole)> Numbers(string command)
    {
        foreach (var option in PeftCommand.Create().Subcommands.Single(one => one.Name == command).Options)
        {
            var declared = RunOption.Find(option.Name.TrimStart('-'));
            var type = Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
            if (type == typeof(int) || type == typeof(ulong) || type == typeof(int[]))
                yield return (option.Name, true);
            else if (type == typeof(double))
                yield return (option.Name, false);
            else if (command is "train" or "compare" && declared is { IsText: false, IsFlag: false })
                yield return (option.Name, declared.ValueName == "N");
        }
    }

    private static string[] Operands(string command) => command switch
    {
        "diff" => ["a", "b"],
        "eval" or "predict" => ["run"],
        "generate" => ["--prompt", "a"],
        _ => [],
    };
}
