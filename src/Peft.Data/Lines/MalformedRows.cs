namespace Peft.Data;

/// <summary>
/// Counts the malformed rows of a file, if they are to be skipped. More than half of a file is not skipped: it is most likely a file of
/// another task, and what is left of it would train or score something else.
/// </summary>
/// <param name="file">The file.</param>
/// <param name="areSkipped">Whether malformed rows are skipped; otherwise the first one is an error.</param>
/// <param name="unit">What the numbers count, as in <see cref="SkippedRows.Unit"/>.</param>
internal sealed class MalformedRows(string file, bool areSkipped, string unit = "line")
{
    /// <summary>The option, as typed on the command line.</summary>
    public const string Option = "--skip-malformed";

    /// <summary>The end of every message about a malformed row.</summary>
    public const string Advice = $"Correct it, or give {Option} to skip malformed rows.";

    private readonly List<int> _numbers = [];
    private string _first = "";

    /// <summary>Reads a row. A problem is an error, or counts the row as skipped.</summary>
    /// <param name="number">The row's number.</param>
    /// <param name="read">Reads the row; throws <see cref="TaskException"/> if it is malformed.</param>
    public void Try(int number, Action read)
    {
        try
        {
            read();
        }
        catch (TaskException problem) when (areSkipped)
        {
            Skip(number, problem.Message);
        }
    }

    /// <summary>Counts a row as skipped.</summary>
    /// <param name="number">The row's number.</param>
    /// <param name="problem">A sentence that says what was found and what was expected.</param>
    public void Skip(int number, string problem)
    {
        if (_numbers.Count == 0)
            _first = problem.Replace(" " + Advice, "", StringComparison.Ordinal);
        _numbers.Add(number);
    }

    /// <summary>The skipped rows; null for none.</summary>
    /// <param name="kept">The number of rows that were read.</param>
    /// <exception cref="MalformedFileException">More rows are malformed than were read.</exception>
    public SkippedRows? Close(int kept) => TooMany(kept) is { } problem ? throw new MalformedFileException(problem) : Skipped;

    /// <summary>What to say if more rows are malformed than were read; null otherwise.</summary>
    /// <param name="kept">The number of rows that were read.</param>
    public string? TooMany(int kept) => _numbers.Count <= kept
        ? null
        : $"{file}: {_numbers.Count} of {_numbers.Count + kept} rows are malformed, more than the half that {Option} skips: it is most "
            + $"likely the file of another task. Give the task's own file. The first: {_first}";

    /// <summary>The skipped rows; null for none.</summary>
    public SkippedRows? Skipped =>
        _numbers.Count == 0 ? null : new SkippedRows(file, _numbers.Count, [.. _numbers.Take(SkippedRows.Shown)], unit);
}
