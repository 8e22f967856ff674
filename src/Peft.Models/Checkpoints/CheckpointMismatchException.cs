namespace Peft.Models;

/// <summary>A checkpoint's tensors do not match the model. The error lists all missing, unexpected and misshapen tensors.</summary>
/// <param name="source">The checkpoint.</param>
/// <param name="missing">Names that the model needs and the checkpoint lacks.</param>
/// <param name="unexpected">Names that the checkpoint contains and the model does not use.</param>
/// <param name="misshapen">Names with both shapes.</param>
public sealed class CheckpointMismatchException(
    string source, IReadOnlyList<string> missing, IReadOnlyList<string> unexpected, IReadOnlyList<string> misshapen)
    : Exception(Describe(source, missing, unexpected, misshapen))
{
    private const int Shown = 12;

    /// <summary>Names that the model needs and the checkpoint lacks.</summary>
    public IReadOnlyList<string> Missing { get; } = missing;

    /// <summary>Names that the checkpoint contains and the model does not use.</summary>
    public IReadOnlyList<string> Unexpected { get; } = unexpected;

    /// <summary>Names whose shapes differ, with both shapes.</summary>
    public IReadOnlyList<string> Misshapen { get; } = misshapen;

    private static string Describe(
        string source, IReadOnlyList<string> missing, IReadOnlyList<string> unexpected, IReadOnlyList<string> misshapen) =>
        $"{source} does not fit the model of its config.json. "
            + $"{List("missing", missing)}{List("unexpected", unexpected)}{List("of another shape", misshapen)}"
        + "Nothing was loaded; check that config.json and the weights belong together.";

    private static string List(string what, IReadOnlyList<string> names)
    {
        if (names.Count == 0)
            return "";
        var more = names.Count > Shown ? $" and {names.Count - Shown} more" : "";
        return $"{names.Count} {what}: {string.Join(", ", names.Take(Shown))}{more}. ";
    }
}

/// <summary>A checkpoint's weight is not stored as floating-point numbers. Nothing was loaded.</summary>
/// <param name="source">The checkpoint.</param>
/// <param name="tensor">The tensor's key.</param>
/// <param name="dtype">Its dtype.</param>
public sealed class CheckpointDTypeException(string source, string tensor, string dtype)
    : Exception(
        $"{source}: {tensor} is stored as {dtype}; expected F32, F16, BF16 or F64. The checkpoint is most likely quantised, which is not "
            + "supported. Nothing was loaded; use the checkpoint that was not quantised.")
{
    /// <summary>The tensor's key.</summary>
    public string Tensor { get; } = tensor;
}
