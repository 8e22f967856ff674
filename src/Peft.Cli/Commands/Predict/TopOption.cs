using System.CommandLine;
using System.Globalization;

namespace Peft.Cli.Commands;

/// <summary>
/// <c>--top</c>, with or without a number. The parser would take the next argument as its value, such as the run in
/// <c>--top runs/first</c>, so a value is added where none is given.
/// </summary>
internal static class TopOption
{
    private const string Name = "--top", Every = "all";

    /// <summary>The option: the number of classes; null where it is not given.</summary>
    public static Option<int?> Create() => new(Name)
    {
        Description = "print the K most likely classes with their probabilities in percent; without K, every class",
        HelpName = "K",
        CustomParser = result =>
        {
            var text = result.Tokens.Single().Value;
            if (text == Every)
                return int.MaxValue;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0)
                return count;
            result.AddError($"{Name}: '{text}' is not a whole number from 1 to {int.MaxValue}");
            return null;
        },
    };

    /// <summary>The arguments of a command line, with a value for every option without one.</summary>
    public static string[] Complete(string[] arguments)
    {
        var end = Array.IndexOf(arguments, "--") is var found && found < 0 ? arguments.Length : found;
        return [.. arguments.Select((argument, index) => index < end && argument == Name && !IsNumber(arguments, index + 1)
            ? $"{Name}={Every}" : argument)];
    }

    private static bool IsNumber(string[] arguments, int index) => index < arguments.Length
        && long.TryParse(arguments[index], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
}
