using Peft.Data;
using Peft.Models;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>
/// Averages the trained weights of several runs, adapter and head, into one. The runs need the same task, backbone, method and settings of
/// the method. Heads average well only if they started from the same values, that is, in runs of the same seed.
/// </summary>
/// <param name="registry">The known methods.</param>
/// <param name="tasks">The known tasks; null for this library's.</param>
/// <param name="backbones">The known families of backbones; null for those of this library.</param>
public sealed class RunSoup(MethodRegistry registry, TaskRegistry? tasks = null, BackboneRegistry? backbones = null)
{
    /// <summary>Averages runs.</summary>
    /// <param name="folders">Folders that runs wrote, at least two.</param>
    /// <param name="options">How they are averaged.</param>
    /// <param name="noted">Receives notices about the data; null for none.</param>
    /// <param name="cancellation">Cancels between evaluations, and between rows of the Fisher information.</param>
    /// <returns>The averaged model, and each run's own metrics.</returns>
    /// <exception cref="RunSoupException">The runs differ, or are fewer than two.</exception>
    /// <exception cref="RunFolderException">A folder holds no readable result.</exception>
    /// <exception cref="AdapterFolderException">An adapter does not fit the backbone.</exception>
    /// <exception cref="TaskException">The data are missing or malformed.</exception>
    /// <exception cref="FisherInformationException">A gradient is not finite.</exception>
    public SoupOutcome Cook(
        IReadOnlyList<string> folders, SoupOptions options, Action<string>? noted = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.FisherRows, 1);
        SoupCheck.Check(folders);
        var trained = TrainedModel.Load(
            folders[0], registry, options.Device, options.Backbone, tasks, backbones, options.AllowDownload, cancellation);
        using var scope = NewDisposeScope();
        try
        {
            var session = trained.Bind(new EvaluationOptions { Data = options.Data }, noted);
            var weights = new SoupWeights(trained.Model);
            var (all, scores, fisher) = (new List<IReadOnlyList<Tensor>>(), new List<EpochResult>(), new List<IReadOnlyList<Tensor>>());
            foreach (var folder in folders)
            {
                cancellation.ThrowIfCancellationRequested();
                weights.Load(folder, registry);
                all.Add(weights.Copy());
                scores.Add(session.Evaluate(0, 0));
                if (options.Kind == SoupKind.Fisher)
                    fisher.Add(Information(trained.Model, session, weights, options.FisherRows, cancellation));
            }

            var used = options.Kind == SoupKind.Greedy
                ? Greedy(weights, all, scores, () => session.Evaluate(0, 0).Primary, cancellation) : [.. Enumerable.Range(0, all.Count)];
            weights.Set(fisher.Count > 0 ? SoupWeights.Weighted(all, fisher) : SoupWeights.Mean([.. used.Select(index => all[index])]));
            session.Finish(); // thresholds of several labels are tuned again
            return new SoupOutcome(
                Result(trained, session, options.Kind, [.. used.Select(index => folders[index])]),
                [.. folders.Select((folder, index) => new SoupPart(folder, scores[index].Metrics, used.Contains(index)))]);
        }
        catch
        {
            trained.Dispose();
            throw;
        }
    }

    /// <summary>The runs that do not lower the metric, tried from the best one on.</summary>
    private static IReadOnlyList<int> Greedy(
        SoupWeights weights, List<IReadOnlyList<Tensor>> all, List<EpochResult> scores, Func<double> score,
        CancellationToken cancellation) => GreedySoup.Select(
        [.. scores.Select(one => one.Primary)],
        parts =>
        {
            cancellation.ThrowIfCancellationRequested();
            weights.Set(SoupWeights.Mean([.. parts.Select(part => all[part])]));
            return score();
        }).Experts;

    /// <summary>The Fisher information of the run whose weights are live, on training rows, without dropout.</summary>
    private static IReadOnlyList<Tensor> Information(
        PeftModel model, ITaskSession session, SoupWeights weights, int most, CancellationToken cancellation)
    {
        model.Backbone.eval();
        var (count, all) = (Math.Min(most, session.TrainLengths.Count), session.TrainLengths.Count);
        return FisherDiagonal.Estimate(weights.Live, count, row =>
        {
            cancellation.ThrowIfCancellationRequested();
            int[] rows = [(int)((long)row * all / count)];
            return session.Loss(rows, session.CountItems(rows)).Loss;
        });
    }

    private static TrainedModel Result(TrainedModel first, ITaskSession session, SoupKind kind, IReadOnlyList<string> used)
    {
        var final = session.Evaluate(0, 0);
        var result = first.Result with
        {
            Metrics = final.Metrics,
            Classes = session.Classes,
            State = session.State ?? first.Result.State,
            Epochs = [],
            SelectedEpoch = 0,
            Steps = 0,
            Seconds = 0,
            EndedBy = null,
            Ended = TimeProvider.System.GetUtcNow(),
            Notices = [$"{kind.ToString().ToLowerInvariant()} average of {string.Join(", ", used)}"],
        };
        return first.With(result);
    }
}
