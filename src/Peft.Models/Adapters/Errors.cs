namespace Peft.Models;

/// <summary>
/// The configuration of another library's adapter is missing, unreadable, or uses an unsupported feature. Nothing was changed.
/// </summary>
/// <param name="file">The file.</param>
/// <param name="field">The field, or null if the error is about the whole file.</param>
/// <param name="problem">What was expected, what was found and how to fix it.</param>
public sealed class ForeignConfigException(string file, string? field, string problem)
    : Exception($"{file}: {(field is null ? "" : $"field {field}: ")}{problem}. Nothing was loaded.")
{
    /// <summary>The field, or null.</summary>
    public string? Field { get; } = field;
}

/// <summary>
/// The tensors of another library's adapter do not match its configuration and the backbone. The error lists every mismatch. Nothing was
/// changed.
/// </summary>
/// <param name="source">The file.</param>
/// <param name="missing">Missing keys.</param>
/// <param name="unexpected">Unexpected keys.</param>
/// <param name="misshapen">Keys with both shapes.</param>
public sealed class ForeignTensorsException(
    string source, IReadOnlyList<string> missing, IReadOnlyList<string> unexpected, IReadOnlyList<string> misshapen)
    : Exception(Describe(source, missing, unexpected, misshapen))
{
    private const int Shown = 8;

    /// <summary>Missing keys.</summary>
    public IReadOnlyList<string> Missing { get; } = missing;

    /// <summary>Unexpected keys.</summary>
    public IReadOnlyList<string> Unexpected { get; } = unexpected;

    /// <summary>Keys with both shapes.</summary>
    public IReadOnlyList<string> Misshapen { get; } = misshapen;

    private static string Describe(
        string source, IReadOnlyList<string> missing, IReadOnlyList<string> unexpected, IReadOnlyList<string> misshapen) =>
        $"{source} does not fit its configuration and this backbone. "
            + $"{List("missing", missing)}{List("with no place here", unexpected)}{List("of another shape or dtype", misshapen)}"
        + "Nothing was loaded; check that the adapter was trained on this backbone.";

    private static string List(string what, IReadOnlyList<string> keys)
    {
        if (keys.Count == 0)
            return "";
        var more = keys.Count > Shown ? $" and {keys.Count - Shown} more" : "";
        return $"{keys.Count} {what}: {string.Join(", ", keys.Take(Shown))}{more}. ";
    }
}

/// <summary>An adapter cannot be expressed in another library's format. Nothing was written.</summary>
/// <param name="format">The format.</param>
/// <param name="problem">The reason and how to fix it.</param>
public sealed class AdapterExportException(string format, string problem) : Exception($"{format}: {problem}. Nothing was written.");

/// <summary>Tensors of a file have values that are NaN or infinite. Nothing was loaded.</summary>
/// <param name="source">The file.</param>
/// <param name="keys">Their keys.</param>
public sealed class NonFiniteTensorsException(string source, IReadOnlyList<string> keys)
    : Exception(
        $"{source} has values that are not finite (NaN or infinite) in {string.Join(", ", keys.Take(8))}"
            + $"{(keys.Count > 8 ? $" and {keys.Count - 8} more" : "")}. Nothing was loaded; get another copy, or train it again.")
{
    /// <summary>Their keys.</summary>
    public IReadOnlyList<string> Keys { get; } = keys;
}
