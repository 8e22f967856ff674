namespace Peft.Experiments;

/// <summary>A table or figure of the paper, or a study of this project: rows are methods with options, columns are tasks.</summary>
/// <remarks>Read from an embedded YAML file, whose keys are the properties' names with hyphens.</remarks>
internal sealed record Study
{
    /// <summary>The name on the command line, from the file's name.</summary>
    public string Name { get; init; } = "";

    /// <summary>What the table shows.</summary>
    public string Title { get; init; } = "";

    /// <summary>The backbone at the scale <see cref="StudyScale.Paper"/>.</summary>
    public string Backbone { get; init; } = "";

    /// <summary>Notes for readers of the numbers.</summary>
    public List<string> Notes { get; init; } = [];

    /// <summary>Options of every run at the scale <see cref="StudyScale.Paper"/>.</summary>
    public Dictionary<string, string> PaperOptions { get; init; } = [];

    /// <summary>Options of every run at the scale <see cref="StudyScale.Small"/>, in place of the scale's own.</summary>
    public Dictionary<string, string> SmallOptions { get; init; } = [];

    /// <summary>The seeds at every scale but <see cref="StudyScale.Smoke"/>; empty for the scale's own.</summary>
    public List<int> Seeds { get; init; } = [];

    /// <summary>Ways of inference, beside the merged one, that each trained mixture is evaluated with.</summary>
    public List<string> Evaluations { get; init; } = [];

    /// <summary>How often the development rows are evaluated with random routes.</summary>
    public int Draws { get; init; } = 1;

    /// <summary>The evaluation whose draws are plotted as a distribution; null for none.</summary>
    public string? Distribution { get; init; }

    /// <summary>Plots of scores against a number that rows differ in.</summary>
    public List<StudyCurve> Curves { get; init; } = [];

    /// <summary>The keys of the rows that plots over epochs show; empty for all.</summary>
    public List<string> LearningCurves { get; init; } = [];

    /// <summary>The tasks.</summary>
    public List<StudyColumn> Columns { get; init; } = [];

    /// <summary>The methods.</summary>
    public List<StudyRow> Rows { get; init; } = [];

    /// <summary>Whether the tasks generate texts.</summary>
    public bool IsGeneration => Columns.Any(column => Data.GenerationTasks.Has(column.Task));
}

/// <summary>A task with the metrics that are shown for it.</summary>
internal sealed record StudyColumn
{
    /// <summary>The heading, and the name of the task's data folder for tasks of GLUE.</summary>
    public string Name { get; init; } = "";

    /// <summary>The task, as <c>--task</c> takes it.</summary>
    public string Task { get; init; } = "";

    /// <summary>The prompt of few-shot tasks, whose data are one sample of few examples for each seed; null for others.</summary>
    public string? Prompt { get; init; }

    /// <summary>The metrics, in the order of the paper's values.</summary>
    public List<string> Metrics { get; init; } = [];

    /// <summary>The metric that enters the average over columns; null for the first.</summary>
    public string? Averaged { get; init; }

    /// <summary>Training rows of the public data set, for estimates of time.</summary>
    public int Rows { get; init; }

    /// <summary>Options of this column's runs at the scale <see cref="StudyScale.Paper"/>.</summary>
    public Dictionary<string, string> PaperOptions { get; init; } = [];

    /// <summary>The metric that enters the average over columns.</summary>
    public string AveragedMetric => Averaged ?? Metrics[0];
}

/// <summary>A method with its options, and the paper's values.</summary>
internal sealed record StudyRow
{
    /// <summary>The name of the row's folder.</summary>
    public string Key { get; init; } = "";

    /// <summary>The heading, with the paper's marks.</summary>
    public string Name { get; init; } = "";

    /// <summary>The method, as <c>--method</c> takes it; empty for the preset's.</summary>
    public string Method { get; init; } = "";

    /// <summary>The named settings that the row starts from; null for none.</summary>
    public string? Preset { get; init; }

    /// <summary>Options of the method.</summary>
    public Dictionary<string, string> Set { get; init; } = [];

    /// <summary>Options of this row's runs at every scale but <see cref="StudyScale.Smoke"/>.</summary>
    public Dictionary<string, string> Options { get; init; } = [];

    /// <summary>Options of this row's runs at the scale <see cref="StudyScale.Paper"/>.</summary>
    public Dictionary<string, string> PaperOptions { get; init; } = [];

    /// <summary>The backbone, where it is not the study's.</summary>
    public string? Backbone { get; init; }

    /// <summary>The factor of the number of steps, relative to other rows.</summary>
    public int Length { get; init; } = 1;

    /// <summary>The way of inference that is shown; empty for the merged mixture.</summary>
    public string Shown { get; init; } = "";

    /// <summary>The task in place of the column's, on the same data; null for the column's.</summary>
    public string? Task { get; init; }

    /// <summary>Whether the other rows are tested against this one.</summary>
    public bool IsReference { get; init; }

    /// <summary>The key of a row that this one is tested against, beside the study's reference row; null for none.</summary>
    public string? Against { get; init; }

    /// <summary>The number of parameters as the paper prints it; null for none.</summary>
    public string? Size { get; init; }

    /// <summary>
    /// The paper's values as printed: columns separated by |, metrics by a blank, - for none. Null where no source has them.
    /// </summary>
    public string? Paper { get; init; }

    /// <summary>The average as the paper prints it; null for none.</summary>
    public string? Average { get; init; }

    /// <summary>The paper's value of a column's metric, as printed; null for none.</summary>
    /// <param name="column">The column's index.</param>
    /// <param name="metric">The index of the metric in the column.</param>
    public string? PaperValue(int column, int metric)
    {
        var cells = Paper?.Split('|', StringSplitOptions.TrimEntries);
        var values = cells?.ElementAtOrDefault(column)?.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return values?.ElementAtOrDefault(metric) is { } value && value != "-" ? value : null;
    }
}
