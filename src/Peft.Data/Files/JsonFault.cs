using System.Text.Json;
using System.Text.RegularExpressions;

namespace Peft.Data;

/// <summary>Says in one sentence what is wrong with JSON from outside, without names of .NET's types.</summary>
internal static partial class JsonFault
{
    /// <summary>The fault with its line and byte, without a final stop.</summary>
    /// <param name="fault">What the JSON reader or the serializer threw.</param>
    /// <param name="root">What the whole text is called, for a fault that is in no member.</param>
    public static string Describe(JsonException fault, string root = "the file") => ControlCharacters.EscapeLine(
        Member(fault, root) ?? Syntax(fault)
            + (fault.LineNumber is { } line ? $" (line {line + 1}, byte {fault.BytePositionInLine})" : ""));

    /// <summary>A syntax fault in one line of a file, with its byte; the caller adds the number of the line.</summary>
    public static string DescribeLine(JsonException fault) =>
        Excerpt.Line(Syntax(fault)) + (fault.BytePositionInLine is { } position ? $", byte {position}" : "");

    /// <summary>The fault of valid JSON that does not fit what is expected; null if the JSON is not valid.</summary>
    private static string? Member(JsonException fault, string root)
    {
        var text = fault.Message;
        var place = fault.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : root;
        if (Missing().Match(text) is { Success: true } missing)
            return $"{place}: lacks {missing.Groups[1].Value}";
        if (Unknown().Match(text) is { Success: true } unknown)
            return $"{place}: there is no member '{unknown.Groups[1].Value}'";
        if (Duplicate().Match(text) is { Success: true } twice)
            return $"{place}: '{twice.Groups[1].Value}' is given twice";
        return WrongType().IsMatch(text) ? $"{place}: is of another type than expected, or null" : null;
    }

    /// <summary>The reader's message without the position at its end.</summary>
    private static string Syntax(JsonException fault) => PlaceOfReader().Replace(fault.Message, "").TrimEnd('.');

    [GeneratedRegex(@"missing required properties,? including:? (.*?)\.?( Path:|$)")]
    private static partial Regex Missing();

    [GeneratedRegex("The JSON property '([^']*)' could not be mapped")]
    private static partial Regex Unknown();

    [GeneratedRegex("Duplicate property '([^']*)'")]
    private static partial Regex Duplicate();

    [GeneratedRegex("could not be converted|nullability|(doesn't|does not) allow (setting )?null")]
    private static partial Regex WrongType();

    [GeneratedRegex(@" (Path:|LineNumber:).*$", RegexOptions.Singleline)]
    private static partial Regex PlaceOfReader();
}
