namespace Peft.Data;

/// <summary>Evaluation metrics. Larger is better and 1 is perfect, except for <see cref="Rmse"/>.</summary>
public enum MetricKind
{
    /// <summary>Share of correct classes, 0 to 1.</summary>
    Accuracy,

    /// <summary>Harmonic mean of precision and recall of class 1, 0 to 1.</summary>
    F1,

    /// <summary>Matthews correlation of classes, -1 to 1.</summary>
    Matthews,

    /// <summary>Pearson correlation of numbers, -1 to 1.</summary>
    Pearson,

    /// <summary>Spearman rank correlation of numbers, -1 to 1.</summary>
    Spearman,

    /// <summary>Mean of every class's F1, 0 to 1.</summary>
    MacroF1,

    /// <summary>F1 of all pairs of example and class together, 0 to 1.</summary>
    MicroF1,

    /// <summary>Share of examples whose set of classes is predicted exactly, 0 to 1.</summary>
    SubsetAccuracy,

    /// <summary>Root of the mean squared difference; smaller is better.</summary>
    Rmse,
}

/// <summary>Names and order of metrics.</summary>
internal static class MetricNames
{
    /// <summary>A metric's name in results: lower case with hyphens.</summary>
    public static string NameOf(MetricKind metric) => metric switch
    {
        MetricKind.MacroF1 => "macro-f1",
        MetricKind.MicroF1 => "micro-f1",
        MetricKind.SubsetAccuracy => "subset-accuracy",
        _ => metric.ToString().ToLowerInvariant(),
    };

    /// <summary>A value by which a larger one is better.</summary>
    public static double Rank(MetricKind metric, double value) => metric == MetricKind.Rmse ? -value : value;
}
