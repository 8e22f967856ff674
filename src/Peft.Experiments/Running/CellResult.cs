using Peft.Training;

namespace Peft.Experiments;

/// <summary>The content of a cell's file.</summary>
internal sealed record CellResult
{
    /// <summary>The layout version that this program writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The file's layout version.</summary>
    public required int Format { get; init; }

    /// <summary>The version of Peft.</summary>
    public required string Version { get; init; }

    /// <summary>The study.</summary>
    public required string Study { get; init; }

    /// <summary>The key of the row whose settings were run.</summary>
    public required string Row { get; init; }

    /// <summary>The column.</summary>
    public required string Column { get; init; }

    /// <summary>The seed.</summary>
    public required int Seed { get; init; }

    /// <summary>Everything that the result depends on, by name.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>The training run.</summary>
    public required RunResult Run { get; init; }

    /// <summary>Metrics of the merged mixture, or of the method: those of the run, and scores of texts.</summary>
    public required IReadOnlyDictionary<string, double> Metrics { get; init; }

    /// <summary>Metrics of other ways of inference; one entry for each draw.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<IReadOnlyDictionary<string, double>>> Evaluations { get; init; }

    /// <summary>The predicted class or number of each development row, by way of inference; empty where there are too many rows.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<float>> Predicted { get; init; }

    /// <summary>The actual class or number of each development row; empty where there are too many rows.</summary>
    public required IReadOnlyList<float> Actual { get; init; }

    /// <summary>Seconds of training, evaluation and decoding.</summary>
    public required double Seconds { get; init; }

    /// <summary>The value of a metric for a way of inference: of a single evaluation, or the mean over draws.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="shown">The way; empty for the merged mixture.</param>
    /// <returns>The value; null where the metric was not computed.</returns>
    public double? Value(string metric, string shown)
    {
        if (shown.Length == 0)
            return Metrics.TryGetValue(metric, out var value) ? value : null;
        var draws = Draws(metric, shown);
        return draws.Count > 0 ? draws.Average() : null;
    }

    /// <summary>The values of a metric, one for each draw.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="shown">The way of inference.</param>
    public IReadOnlyList<double> Draws(string metric, string shown) => Evaluations.TryGetValue(shown, out var draws)
        ? [.. draws.Where(draw => draw.ContainsKey(metric)).Select(draw => draw[metric])] : [];
}
