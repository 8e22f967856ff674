namespace Peft.Data;

/// <summary>One example.</summary>
/// <param name="Text">The text, or the first of two.</param>
/// <param name="Pair">The second text of a pair task.</param>
/// <param name="Label">The class, as a whole number from 0, or the number to be predicted.</param>
public sealed record Example(string Text, string? Pair, float Label);

/// <summary>The examples of one file.</summary>
/// <param name="File">Where they came from.</param>
/// <param name="Examples">The examples, in file order unless a limit chose among them.</param>
/// <param name="SkippedRows">Rows left out because they were malformed; 0 unless <see cref="TaskLoadOptions.SkipMalformedRows"/> is
/// set.</param>
public sealed record TaskSplit(string File, IReadOnlyList<Example> Examples, int SkippedRows = 0);
