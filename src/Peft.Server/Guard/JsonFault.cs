using System.Text.Json;
using System.Text.RegularExpressions;

namespace Peft.Server;

/// <summary>Says what is wrong with a request's JSON, without names of .NET's types.</summary>
internal static partial class JsonFault
{
    /// <summary>A sentence for a fault that the JSON reader found.</summary>
    public static string Describe(JsonException fault)
    {
        var text = fault.Message;
        if (Missing().Match(text) is { Success: true } missing)
            return $"{Place(fault)}lacks {missing.Groups[1].Value}.";
        if (Unknown().Match(text) is { Success: true } unknown)
            return $"{Place(fault)}there is no member '{unknown.Groups[1].Value}'.";
        if (Duplicate().Match(text) is { Success: true } twice)
            return $"{Place(fault)}'{twice.Groups[1].Value}' is given twice.";
        if (text.Contains("could not be converted", StringComparison.Ordinal) || text.Contains("nullability", StringComparison.Ordinal)
            || text.Contains("does not allow null", StringComparison.Ordinal))
            return $"{Place(fault)}is of another type than expected, or null; /openapi/v1.json describes it.";
        var end = text.IndexOf(" Path:", StringComparison.Ordinal);
        return end < 0 ? text : $"{text[..end].TrimEnd('.')} (line {fault.LineNumber + 1}, byte {fault.BytePositionInLine}).";
    }

    /// <summary>The member, without the root's mark.</summary>
    private static string Place(JsonException fault) =>
        fault.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal) ? $"{path[2..]}: " : "the body: ";

    [GeneratedRegex(@"missing required properties,? including:? (.*?)\.?( Path:|$)")]
    private static partial Regex Missing();

    [GeneratedRegex("Duplicate property '([^']*)'")]
    private static partial Regex Duplicate();

    [GeneratedRegex("The JSON property '([^']*)' could not be mapped")]
    private static partial Regex Unknown();
}
