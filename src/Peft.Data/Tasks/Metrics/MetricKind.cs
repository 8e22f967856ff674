namespace Peft.Data;

/// <summary>Evaluation metrics. For all of them, larger is better and 1 is perfect.</summary>
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
}
