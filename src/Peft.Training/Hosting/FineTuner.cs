using Microsoft.Extensions.Logging;
using Peft.Models;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>
/// Executes a complete run of any task: checks the settings, reads the data, loads the backbone, attaches the method, trains, evaluates and
/// writes the run's folder. The command line, hosts and comparisons all start runs here.
/// </summary>
/// <param name="registry">The known methods.</param>
/// <param name="tasks">The known tasks.</param>
/// <param name="backbones">The known families of backbones.</param>
/// <param name="meters">Counts steps and tokens.</param>
/// <param name="loggers">Creates loggers.</param>
/// <param name="time">Provides the date of the result.</param>
public sealed class FineTuner(
    MethodRegistry registry, TaskRegistry tasks, BackboneRegistry backbones, TrainingMeters meters, ILoggerFactory loggers,
    TimeProvider time)
{
    private readonly ILogger _logger = loggers.CreateLogger<FineTuner>();

    /// <summary>Fine-tunes on a separate thread.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="observer">Receives progress on that thread; null for none.</param>
    /// <param name="cancellation">Stops after the step in progress; the weights trained so far are written.</param>
    /// <returns>The result, also written to <see cref="TrainingOptions.Output"/>.</returns>
    /// <exception cref="TrainingOptionsException">A setting is not allowed.</exception>
    /// <exception cref="UnknownNameException">A method's name is unknown.</exception>
    /// <exception cref="Peft.Data.TaskException">The task's name is unknown, or its data are missing or malformed.</exception>
    public Task<RunResult> RunAsync(
        TrainingOptions options, ITrainingObserver? observer = null, CancellationToken cancellation = default) =>
        Task.Factory.StartNew(() => Run(
            options, observer, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Fine-tunes on the calling thread.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="observer">Receives progress; null for none.</param>
    /// <param name="cancellation">Stops after the step in progress; the weights trained so far are written.</param>
    /// <returns>The result, also written to <see cref="TrainingOptions.Output"/>.</returns>
    /// <exception cref="TrainingOptionsException">A setting is not allowed.</exception>
    /// <exception cref="UnknownNameException">A method's name is unknown.</exception>
    /// <exception cref="Peft.Data.TaskException">The task's name is unknown, or its data are missing or malformed.</exception>
    public RunResult Run(TrainingOptions options, ITrainingObserver? observer = null, CancellationToken cancellation = default)
    {
        TrainingOptionsCheck.Check(options);
        var task = tasks.Find(options.Task);
        options = options with { Backbone = BackboneSource.DefaultFor(task.Head, options.Backbone) };
        var method = TuningMethod.Parse(registry, options);
        options = options with { LearningRate = options.LearningRate ?? TuningMethod.DefaultLearningRate(method, options.Backbone) };
        var data = task.Read(options);
        using var folder = RunFolder.Create(options);
        var reports = new EpochLog(_logger, observer);
        var observed = folder?.Logged(reports, time) ?? reports;
        var memory = new PeakMemory();
        ComputeThreads.Use(options.Threads);
        MatrixPrecision.Use(options.MatmulPrecision);
        manual_seed(options.Seed);
        using var model = PreparedModel.Load(backbones, options, method, task.Head);
        model.Plugins = RunPlugins.Of(task, backbones, BackboneSource.Folder(options.Backbone));
        var session = data.Encode(model, BackboneSource.Tokenizer(backbones, options.Backbone, model.Backbone), options);
        var summary = new RunSummary(
            method.Expression, task.Name, options.Seed, session.TrainLengths.Count, session.DevCount, ParameterCounter.Count(model),
            model.Backbone.parameters().First().device.ToString());
        observed.Started(summary);
        foreach (var notice in method.Notices)
            observed.Noted(notice);

        var outcome = new TrainingLoop(model, options, observed, meters).Run(session, cancellation);
        var final = session.Evaluate(outcome.SelectedEpoch, 0);
        (final, outcome) = Scored(session, final, outcome, observed, cancellation);
        var result = RunResult.Of(options, data, session.PrimaryMetric, summary, outcome, final, memory.Bytes, time.GetUtcNow()) with
        {
            Plugins = PluginReference.Join(PluginReference.Of(method).Concat(model.Plugins)),
        };
        folder?.Write(model, result);
        return result;
    }

    /// <summary>
    /// Adds the metrics that are computed once, after training. If the run is cancelled meanwhile, its result is still written.
    /// </summary>
    private static (EpochResult Final, TrainingOutcome Outcome) Scored(
        ITaskSession session, EpochResult final, TrainingOutcome outcome, ITrainingObserver observer, CancellationToken cancellation)
    {
        if (outcome.Cancelled)
            return (final, outcome);
        try
        {
            var further = session.Score(observer, cancellation);
            return (final with { Metrics = final.Metrics.Concat(further).ToDictionary() }, outcome);
        }
        catch (OperationCanceledException)
        {
            return (final, outcome with { Cancelled = true });
        }
    }
}
