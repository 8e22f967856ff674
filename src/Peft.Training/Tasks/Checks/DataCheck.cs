namespace Peft.Training;

/// <summary>The result of checking a user's data before training.</summary>
internal sealed record DataCheck
{
    /// <summary>The files, with the rows that can be used of each.</summary>
    public required IReadOnlyList<CheckedFile> Files { get; init; }

    /// <summary>The columns of the first file.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>What is read from which column: <c>text</c>, <c>pair</c>, <c>label</c> and the like.</summary>
    public required IReadOnlyDictionary<string, string> Parts { get; init; }

    /// <summary>What is counted of each label: <c>rows</c>, or <c>words</c> where words have labels.</summary>
    public required string LabelUnit { get; init; }

    /// <summary>The rows or words of each label in all files, the most frequent first; empty for tasks without labels.</summary>
    public required IReadOnlyList<LabelCount> Labels { get; init; }

    /// <summary>The lengths of the texts; null if no row can be used.</summary>
    public TokenLengths? Lengths { get; init; }

    /// <summary>Rows whose text is also in an earlier row of the same file.</summary>
    public required int Duplicates { get; init; }

    /// <summary>Rows whose text is also in another file, by the names of both files.</summary>
    public required IReadOnlyList<SharedTexts> Shared { get; init; }

    /// <summary>Rows that may be mistakes, by kind.</summary>
    public required IReadOnlyList<Suspicion> Suspicious { get; init; }

    /// <summary>What training would report about the data.</summary>
    public required IReadOnlyList<string> Notices { get; init; }

    /// <summary>The examples as written by the prompt; null without a prompt.</summary>
    public PromptCheck? Prompt { get; init; }

    /// <summary>The error with which training would fail; null if it would start.</summary>
    public string? Problem { get; init; }
}

/// <summary>A file that was checked.</summary>
/// <param name="File">The file.</param>
/// <param name="Part">What it is for: train, dev or test.</param>
/// <param name="Rows">Rows that can be used.</param>
/// <param name="Malformed">Rows that cannot.</param>
internal sealed record CheckedFile(string File, string Part, int Rows, int Malformed);

/// <summary>A label with its rows or words.</summary>
internal sealed record LabelCount(string Label, int Count);

/// <summary>The numbers of tokens of texts.</summary>
/// <param name="Median">Half of the texts have at most this many.</param>
/// <param name="Of99Percent">99% of the texts have at most this many.</param>
/// <param name="Longest">The longest text.</param>
/// <param name="Bins">The number of texts up to each length.</param>
internal sealed record TokenLengths(int Median, int Of99Percent, int Longest, IReadOnlyList<LengthBin> Bins);

/// <summary>The texts of some lengths.</summary>
internal sealed record LengthBin(int From, int To, int Rows);

/// <summary>Texts that two files share.</summary>
internal sealed record SharedTexts(string Train, string Other, int Rows, string Example);

/// <summary>Rows that may be mistakes.</summary>
/// <param name="Kind">What is suspicious.</param>
/// <param name="Count">How many rows or labels.</param>
/// <param name="Examples">The first of them.</param>
internal sealed record Suspicion(string Kind, int Count, IReadOnlyList<string> Examples);
