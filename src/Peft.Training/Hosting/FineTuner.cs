using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Peft.Data;
using Peft.Models;

namespace Peft.Training;

/// <summary>
/// Executes a complete run of any task: checks the settings, reads the data, loads the backbone, attaches the method, trains, evaluates and
/// writes the run's folder. The command line, hosts and comparisons all start runs here.
/// </summary>
/// <remarks>In a program without a host: <c>new FineTuner(new MethodRegistry().AddFrom(typeof(Lora).Assembly))</c>.</remarks>
/// <param name="registry">The known methods.</param>
/// <param name="tasks">The known tasks; null for those of this library.</param>
/// <param name="backbones">The known families of backbones; null for those of this library.</param>
/// <param name="meters">Counts steps and tokens; null to count nothing.</param>
/// <param name="loggers">Creates loggers; null to log nothing.</param>
/// <param name="time">Provides the date of the result; null for the system's clock.</param>
public sealed class FineTuner(
    MethodRegistry registry, TaskRegistry? tasks = null, BackboneRegistry? backbones = null, TrainingMeters? meters = null,
    ILoggerFactory? loggers = null, TimeProvider? time = null)
{
    private readonly ILogger _logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger<FineTuner>();
    private readonly TaskRegistry _tasks = tasks ?? new TaskRegistry();
    private readonly BackboneRegistry _backbones = backbones ?? new BackboneRegistry();
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Fine-tunes on a separate thread.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="observer">Receives progress on that thread; null for none.</param>
    /// <param name="cancellation">Stops after the step in progress; the weights trained so far are written.</param>
    /// <returns>The result, also written to <see cref="TrainingOptions.Output"/>.</returns>
    /// <exception cref="TrainingOptionsException">A setting is not allowed.</exception>
    /// <exception cref="UnknownNameException">A method's name is unknown.</exception>
    /// <exception cref="TaskException">The task's name is unknown, or its data are missing or malformed.</exception>
    /// <exception cref="UnusedSettingException">A setting belongs to a method that the run does not use.</exception>
    /// <exception cref="RunFolderInUseException">Another run is writing into the output folder.</exception>
    /// <exception cref="NotEnoughMemoryException">The backbone or the method does not fit into memory.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled before its first step; nothing is evaluated or
    /// written.</exception>
    public Task<RunResult> RunAsync(
        TrainingOptions options, ITrainingObserver? observer = null, CancellationToken cancellation = default) =>
        Task.Factory.StartNew(() => Run(
            options, observer, cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Fine-tunes on the calling thread.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="observer">Receives progress; null for none.</param>
    /// <param name="cancellation">Stops after the step in progress; the weights trained so far are written.</param>
    /// <returns>The result, also written to <see cref="TrainingOptions.Output"/>.</returns>
    /// <exception cref="TrainingOptionsException">A setting is not allowed.</exception>
    /// <exception cref="UnknownNameException">A method's name is unknown.</exception>
    /// <exception cref="TaskException">The task's name is unknown, or its data are missing or malformed.</exception>
    /// <exception cref="UnusedSettingException">A setting belongs to a method that the run does not use.</exception>
    /// <exception cref="RunFolderInUseException">Another run is writing into the output folder.</exception>
    /// <exception cref="NotEnoughMemoryException">The backbone or the method does not fit into memory.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled before its first step; nothing is evaluated or
    /// written.</exception>
    public RunResult Run(TrainingOptions options, ITrainingObserver? observer = null, CancellationToken cancellation = default)
    {
        TrainingOptionsCheck.Check(options);
        using var trained = Train(_tasks.Find(TaskSource.NameFor(options)), options, observer, cancellation);
        return trained.Result;
    }

    /// <summary>Fine-tunes on a task, also one that is not registered, and returns the model.</summary>
    /// <param name="task">The task, such as <c>ClassificationTask.FromExamples(name, examples)</c>.</param>
    /// <param name="options">The settings; <see cref="TrainingOptions.Task"/> is ignored.</param>
    /// <param name="observer">Receives progress; null for none.</param>
    /// <param name="cancellation">Stops after the step in progress; the model then has the weights of that step.</param>
    /// <returns>The trained model with the run's result, ready for prediction. The caller disposes it.</returns>
    /// <exception cref="TrainingOptionsException">A setting is not allowed.</exception>
    /// <exception cref="UnknownNameException">A method's name is unknown.</exception>
    /// <exception cref="TaskException">The data are missing or malformed.</exception>
    /// <exception cref="UnusedSettingException">A setting belongs to a method that the run does not use.</exception>
    /// <exception cref="RunFolderInUseException">Another run is writing into the output folder.</exception>
    /// <exception cref="NotEnoughMemoryException">The backbone or the method does not fit into memory.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled before its first step; nothing is evaluated or
    /// written.</exception>
    public TrainedModel Train(
        IFineTuningTask task, TrainingOptions options, ITrainingObserver? observer = null, CancellationToken cancellation = default)
    {
        LibTorch.Load();
        TrainingOptionsCheck.Check(options);
        if (options is { Folds: > 0, Fold: 0 })
            throw new TrainingOptionsException("folds", $"{options.Folds} folds are {options.Folds} runs; give --fold for one of them, or "
                + "use Comparison for all");
        task = task.Bind(options);
        using var activity = TrainingActivities.StartRun(options, task.Name);
        try
        {
            return TrainBound(task, options, observer, cancellation);
        }
        catch (Exception problem)
        {
            activity?.SetStatus(ActivityStatusCode.Error, problem.Message);
            throw;
        }
    }

    private TrainedModel TrainBound(
        IFineTuningTask task, TrainingOptions options, ITrainingObserver? observer, CancellationToken cancellation)
    {
        options = options with { Task = task.Name, Backbone = BackboneSource.DefaultFor(task.Head, options.Backbone) };
        var method = TuningMethod.Parse(registry, options);
        options = options with { LearningRate = options.LearningRate ?? TuningMethod.DefaultLearningRate(method, options.Backbone) };
        cancellation.ThrowIfCancellationRequested(); // a run that waited to be started; its folder is left as it is
        var data = task.Read(options);
        using var folder = RunFolder.Create(options);
        var reports = new EpochLog(_logger, observer);
        var observed = folder?.Logged(reports, _time, options.Tensorboard) ?? reports;
        var checkpoint = BackboneSource.Folder(options.Backbone, observed.Noted, cancellation); // downloads, while it can be cancelled
        using var turn = ComputeTurn.Begin(options, cancellation);
        var model = PreparedModel.Load(_backbones, options, method, task.Head, observed.Noted);
        try
        {
            model.Plugins = RunPlugins.Find(task, _backbones, checkpoint);
            var tokenizer = BackboneSource.Tokenizer(_backbones, options.Backbone, model.Backbone, model.AddedTokens);
            var result = Execute(model, method, task, data, tokenizer, options, observed, cancellation);
            folder?.Write(model, result, checkpoint);
            model.Backbone.eval();
            return new TrainedModel(result, model, task, tokenizer, checkpoint);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private RunResult Execute(
        PeftModel model, AdapterSpec method, IFineTuningTask task, ITaskData data, ITokenizer tokenizer, TrainingOptions options,
        ITrainingObserver observer, CancellationToken cancellation)
    {
        var memory = new PeakMemory();
        var lengths = data.MeasureLengths(tokenizer);
        string? chosen = null;
        options = TextLimit.Resolve(model, options, lengths, notice => chosen = notice);
        var fitted = TextLimit.Apply(model, options);
        var session = data.Encode(model, tokenizer, fitted);
        string? epochs = null;
        options = EpochChoice.Resolve(options, session.TrainLengths.Count, notice => epochs = notice);
        var summary = new RunSummary(
            method.Expression, task.Name, options.Seed, session.TrainLengths.Count, session.DevCount, ParameterCounter.Count(model),
            model.Backbone.parameters().First().device.ToString());
        observer.Started(summary);
        foreach (var notice in data.Notices.Concat(method.Notices).Append(TextLimit.Notice(options, fitted, session.TrainLengths))
            .Append(chosen).Append(epochs).Append(data.ReportsCuts ? null : TextLimit.CutNotice(fitted.MaxLength, lengths)))
        {
            if (notice is not null)
                observer.Noted(notice);
        }

        var outcome = new TrainingLoop(model, options, observer, meters).Run(session, cancellation);
        if (outcome is { Cancelled: true, Steps: 0 })
            throw new OperationCanceledException(cancellation);
        session.Finish();
        var final = session.Evaluate(outcome.SelectedEpoch, 0);
        var classes = session.Classes;
        (final, outcome) = Scored(session, final, outcome, observer, cancellation);
        var result = RunResult.Create(options, data, session.PrimaryMetric, summary, outcome, final, memory.Bytes, _time.GetUtcNow()) with
        {
            Plugins = PluginReference.Join(PluginReference.Find(method).Concat(model.Plugins)),
            State = session.State,
            Classes = classes,
        };
        result = result with { Notices = [.. RunAdvice.Compare(result, method)] };
        foreach (var notice in result.Notices)
            observer.Noted(notice);
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
