using System.Globalization;
using Peft.Training;

namespace Peft.Cli.Output;

/// <summary>Remembers losses and metrics of runs, passes progress on, and draws the curves at the end.</summary>
/// <param name="inner">Receives the progress.</param>
internal sealed class RunCurves(ITrainingObserver inner) : ITrainingObserver
{
    private const int Height = 3;
    private const int Widest = 60;

    private readonly List<(RunSummary Run, List<double> Losses, List<double> Metrics)> _runs = [];

    public void Started(RunSummary summary)
    {
        _runs.Add((summary, [], []));
        inner.Started(summary);
    }

    public void Stepped(TrainingProgress progress)
    {
        _runs[^1].Losses.Add(progress.Loss);
        inner.Stepped(progress);
    }

    public void Evaluated(EpochResult epoch)
    {
        if (_runs.Count > 0)
            _runs[^1].Metrics.Add(epoch.Primary);
        inner.Evaluated(epoch);
    }

    public void Decoded(int done, int total) => inner.Decoded(done, total);

    public void Noted(string message) => inner.Noted(message);

    /// <summary>Draws the loss of each step and the metric of each epoch of a run.</summary>
    public void WriteRun(TextWriter writer, string metric, int? width)
    {
        if (width is not { } columns || _runs.Count == 0)
            return;
        var (_, losses, metrics) = _runs[^1];
        Chart(writer, $"loss, {losses.Count} steps", "loss", losses, columns);
        Chart(writer, $"{metric}, {metrics.Count} epochs", metric, metrics, columns);
    }

    /// <summary>Draws a line for each run: its loss and its metric.</summary>
    public void WriteRuns(TextWriter writer, string metric, int? width)
    {
        var shown = _runs.Where(run => run.Losses.Count > 1 && run.Losses.All(double.IsFinite)).ToList();
        if (width is not { } columns || shown.Count == 0)
            return;
        var names = Math.Min(columns / 3, shown.Max(run => NameOf(run.Run).Length));
        const int Numbers = 4 + 2 * 6 + 4 * 2; // values before and after each curve, and gaps
        var each = Math.Clamp((columns - names - Numbers - 12) / 2, 4, 24);
        writer.WriteLine($"{"run".PadRight(names)}  {"loss".PadRight(each + 14)}  {metric}");
        foreach (var (run, losses, metrics) in shown)
        {
            var name = Words.Shorten(NameOf(run), names).PadRight(names);
            writer.WriteLine($"{name}  {Spark("loss", losses, each)}  {Spark(metric, metrics, each)}".TrimEnd());
        }
    }

    private static string NameOf(RunSummary run) => string.Create(CultureInfo.InvariantCulture, $"{run.Method} seed {run.Seed}");

    /// <summary>First value, curve, last value.</summary>
    private static string Spark(string metric, IReadOnlyList<double> values, int width)
    {
        if (values.Count < 2 || !values.All(double.IsFinite))
            return new string(' ', width + 14);
        var curve = Curve.Draw(values, width, 1)[0].PadRight(width);
        return $"{Scores.Text(metric, values[0]),6} {curve} {Scores.Text(metric, values[^1]),-6}";
    }

    private static void Chart(TextWriter writer, string title, string metric, IReadOnlyList<double> values, int columns)
    {
        if (values.Count < 2 || !values.All(double.IsFinite))
            return;
        const int Label = 7;
        var rows = Curve.Draw(values, Math.Min(Widest, columns - Label - 2), Height);
        writer.WriteLine(title);
        for (var row = 0; row < Height; row++)
        {
            var label = row == 0 ? Scores.Text(metric, values.Max()) : row == Height - 1 ? Scores.Text(metric, values.Min()) : "";
            writer.WriteLine($"{label,Label} {rows[row]}".TrimEnd());
        }
    }
}
