using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Peft.Cli.Commands;

/// <summary>
/// Options with numbers. They have a decimal point and no thousands separators: the default parser reads 0,003 as 3.
/// </summary>
internal static class NumberOption
{
    /// <summary>An option with a number; null where it is not given.</summary>
    public static Option<double?> Real(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result => double.TryParse(Text(result), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number) ? number : Wrong<double>(result, "a number with a decimal point, as 0.001 or 1e-3"),
    };

    /// <summary>An option with a whole number; null where it is not given.</summary>
    public static Option<int?> Whole(string name, string description, int min = int.MinValue) => new(name)
    {
        Description = description,
        CustomParser = result => int.TryParse(Text(result), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= min ? number : Wrong<int>(result, $"a whole number from {min} to {int.MaxValue}"),
    };

    /// <summary>An option with whole numbers of at least 0 that may be repeated; empty where it is not given.</summary>
    public static Option<int[]> Ids(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "ID",
        CustomParser = result => [.. result.Tokens.Select(token => Id(result, token.Value))],
    };

    /// <summary>The seed of a generator; null where it is not given.</summary>
    public static Option<ulong?> Seed(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result => ulong.TryParse(Text(result), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number : Wrong<ulong>(result, $"a whole number from 0 to {ulong.MaxValue}"),
    };

    private static int Id(ArgumentResult result, string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            return id;
        result.AddError($"{Name(result)}: '{text}' is not a whole number from 0 to {int.MaxValue}");
        return 0;
    }

    private static string Text(ArgumentResult result) => result.Tokens.Single().Value;

    private static string? Name(ArgumentResult result) => (result.Parent as OptionResult)?.IdentifierToken?.Value;

    private static T? Wrong<T>(ArgumentResult result, string expected)
        where T : struct
    {
        result.AddError($"{Name(result)}: '{Text(result)}' is not {expected}");
        return null;
    }
}
