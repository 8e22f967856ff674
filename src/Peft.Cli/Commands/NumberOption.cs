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
    public static Option<int?> Whole(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result => int.TryParse(Text(result), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number : Wrong<int>(result, $"a whole number from {int.MinValue} to {int.MaxValue}"),
    };

    private static string Text(ArgumentResult result) => result.Tokens.Single().Value;

    private static T? Wrong<T>(ArgumentResult result, string expected)
        where T : struct
    {
        result.AddError($"{(result.Parent as OptionResult)?.IdentifierToken?.Value}: '{Text(result)}' is not {expected}");
        return null;
    }
}
