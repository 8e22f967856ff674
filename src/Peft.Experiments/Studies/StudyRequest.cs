namespace Peft.Experiments;

/// <summary>The part of a study to run, and how.</summary>
internal sealed record StudyRequest
{
    /// <summary>How large the runs are.</summary>
    public StudyScale Scale { get; init; } = StudyScale.Small;

    /// <summary>The folder of all studies.</summary>
    public string Output { get; init; } = "runs/paper";

    /// <summary>The folder with a folder for each data set; null for none.</summary>
    public string? Data { get; init; }

    /// <summary>Whether the plan is only counted, so that no data set is needed.</summary>
    public bool IsWithoutData { get; init; }

    /// <summary>The backbone of every row; null for the scale's.</summary>
    public string? Backbone { get; init; }

    /// <summary>Seeds; empty for the scale's.</summary>
    public IReadOnlyList<int> Seeds { get; init; } = [];

    /// <summary>The columns to run; empty for all.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>The keys of the rows to run; empty for all.</summary>
    public IReadOnlyList<string> Rows { get; init; } = [];

    /// <summary>Threads of each run; 0 for one on each core.</summary>
    public int Threads { get; init; }

    /// <summary>auto, cpu or cuda.</summary>
    public string Device { get; init; } = "auto";
}
