using Peft.Data;
using Peft.Models;
using TorchSharp;

namespace Peft.Training;

/// <summary>A finished run of any task, loaded for prediction: the backbone, adapter and head.</summary>
public sealed class TrainedModel : IDisposable
{
    private readonly string _tokenizerFolder;

    internal TrainedModel(RunResult result, PeftModel model, IFineTuningTask task, ITokenizer tokenizer, string tokenizerFolder) =>
        (Result, Model, Task, Tokenizer, _tokenizerFolder) = (result, model, task, tokenizer, tokenizerFolder);

    /// <summary>The run's result.</summary>
    public RunResult Result { get; }

    /// <summary>The model: backbone, adapter and head.</summary>
    public PeftModel Model { get; }

    /// <summary>The task.</summary>
    public IFineTuningTask Task { get; }

    /// <summary>The backbone's tokenizer.</summary>
    public ITokenizer Tokenizer { get; }

    /// <summary>Generates texts for contexts, for tasks whose model has a language model head.</summary>
    /// <exception cref="InvalidOperationException">The task's model has no language model head.</exception>
    public ContextDecoder Contexts => Task.Head is TaskHead.LanguageModel
        ? new ContextDecoder(Model, Tokenizer, Task.Name)
        : throw new InvalidOperationException($"the task {Task.Name} writes no texts; use Predict.");

    /// <summary>Loads a run's folder.</summary>
    /// <param name="folder">A folder that a run wrote.</param>
    /// <param name="registry">The known methods.</param>
    /// <param name="device"><c>auto</c>, <c>cpu</c> or <c>cuda</c>.</param>
    /// <param name="backbone">The backbone; null for the one that the adapter was trained on.</param>
    /// <param name="tasks">The known tasks; null for this library's.</param>
    /// <param name="backbones">The known families of backbones; null for those of this library.</param>
    /// <param name="allowDownload">Whether a hub repository that the run names as its backbone may be downloaded. If not, it must be in the
    /// cache, because the folder may come from an untrusted source.</param>
    /// <param name="cancellation">Cancels the download.</param>
    /// <returns>The model, in evaluation mode.</returns>
    /// <exception cref="RunFolderException">The folder holds no readable result.</exception>
    /// <exception cref="AdapterFolderException">The adapter does not fit the backbone.</exception>
    /// <exception cref="UnknownTaskException">The run's task is unknown.</exception>
    /// <exception cref="UnaskedDownloadException">The run's backbone would have to be downloaded.</exception>
    /// <exception cref="MissingPluginException">The run was trained with a plugin that is not loaded.</exception>
    public static TrainedModel Load(
        string folder, MethodRegistry registry, string device = "auto", string? backbone = null, TaskRegistry? tasks = null,
        BackboneRegistry? backbones = null, bool allowDownload = false, CancellationToken cancellation = default)
    {
        var result = RunResult.Read(folder);
        tasks ??= new TaskRegistry();
        backbones ??= new BackboneRegistry();
        if (RunPlugins.Missing(result.Plugins, registry, backbones, tasks) is { Count: > 0 } missing)
            throw new MissingPluginException(folder, missing);
        var task = TaskOf(folder, result, tasks);
        var source = backbone ?? result.Settings.Backbone;
        var checkpoint = backbone is null
            ? BackboneSource.FolderNamedBy(Path.Combine(folder, RunResult.FileName), source, allowDownload, cancellation: cancellation)
            : BackboneSource.Folder(source, cancellation: cancellation);
        var adapter = Path.Combine(folder, "adapter");
        var added = AdapterFolder.ReadManifest(adapter).AddedTokens;
        using var turn = ComputeTurn.BetweenSteps(cancellation); // new modules start with random values, before those of the files
        ComputeThreads.Use(result.Settings.Threads);
        var settings = new BackboneSettings(BlankHead: true) { Pooler = AdapterBackbone.PoolerOf(adapter) };
        var model = BackboneModel.Load(backbones, checkpoint, task.Head, AddedVocabulary.Extend(settings, checkpoint, added));
        try
        {
            DeviceChoice.CheckFits(DeviceChoice.Parse(device), model.Backbone);
            model.Backbone.to(DeviceChoice.Parse(device));
            AdapterFolder.Load(model, adapter, registry);
            model.AddedTokens = added;
            model.Backbone.eval();
            var vocabulary = RunTokenizer.Find(folder, checkpoint);
            return new TrainedModel(
                result, model, task, BackboneSource.Tokenizer(backbones, checkpoint, model.Backbone, added, vocabulary),
                vocabulary);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The registered task of the run. If the run's examples came from a program, the task is created from the labels in the adapter.
    /// </summary>
    private static IFineTuningTask TaskOf(string folder, RunResult result, TaskRegistry tasks)
    {
        var labels = AdapterFolder.ReadManifest(Path.Combine(folder, "adapter")).Labels;
        var known = tasks.Contains(result.Task) ? tasks.Find(result.Task) : null;
        if (known is not null && result.State is { } state)
            return known.Restore(state, result.Settings);
        if (labels is null || known is { Head: not TaskHead.Classifier })
            return known ?? tasks.Find(result.Task);
        return known is { Head: TaskHead.Classifier { Labels: var own } } && (own.Count == 0 || own.SequenceEqual(labels))
            ? known
            : ListedExamples.Task(result.Task, labels);
    }

    /// <summary>Computes the metrics on the task's development examples.</summary>
    /// <param name="data">The task's folder, or, of a run on a table, a file whose rows are all scored; null for those of the run.</param>
    /// <param name="skipMalformed">Whether malformed rows are skipped. They are also skipped if the run's settings say so.</param>
    /// <param name="noted">Receives notices about the data, such as how many rows were skipped; null for none.</param>
    /// <returns>Metrics by name, and the number of examples.</returns>
    /// <exception cref="TaskException">The data are missing or malformed.</exception>
    public (IReadOnlyDictionary<string, double> Metrics, int Rows) Evaluate(
        string? data = null, bool skipMalformed = false, Action<string>? noted = null)
    {
        var found = Evaluate(new EvaluationOptions { Data = data, SkipMalformed = skipMalformed }, noted);
        return (found.Metrics, found.Rows);
    }

    /// <summary>Computes the metrics on the task's development examples or on a file, and lists wrong predictions.</summary>
    /// <param name="options">What is evaluated.</param>
    /// <param name="noted">Receives notices about the data, such as how many rows were skipped; null for none.</param>
    /// <returns>The metrics, and what was asked for.</returns>
    /// <exception cref="TaskException">The data are missing or malformed.</exception>
    /// <exception cref="TrainingOptionsException">A setting is not allowed for the task.</exception>
    public Evaluation Evaluate(EvaluationOptions options, Action<string>? noted = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegative(options.MostErrors);
        var session = Bind(options, noted);
        var metrics = session.Evaluate(0, 0).Metrics.Concat(session.EvaluateFurther()).ToDictionary();
        return new Evaluation(metrics, session.DevCount)
        {
            Classes = session.Classes,
            Errors = options.MostErrors > 0 ? session.WrongPredictions(options.MostErrors) : null,
        };
    }

    /// <summary>Computes the metrics of a mixture with chosen or sampled experts (AdaMix, table 7 and figure 5).</summary>
    /// <param name="options">What is evaluated; wrong predictions are not listed.</param>
    /// <param name="routing">Which experts are used.</param>
    /// <param name="noted">Receives notices about the data; null for none.</param>
    /// <returns>The metrics, beside those of the merged weights.</returns>
    /// <exception cref="RoutedEvaluationException">The run is no mixture, or its task or experts do not fit the options.</exception>
    /// <exception cref="RoutingException">The run's methods cannot be split into the parts that are to share a route.</exception>
    /// <exception cref="TaskException">The data are missing or malformed.</exception>
    public RoutedEvaluation EvaluateRouted(
        EvaluationOptions options, RoutedEvaluationOptions routing, Action<string>? noted = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(routing);
        var router = Model.Adapter?.Router ?? throw new RoutedEvaluationException(
            $"{Result.Method} is no mixture, so it has no experts to choose; evaluate it as it is, or train adamix(method).");
        return new RoutedEvaluator(router, Bind(options, noted)).Evaluate(routing);
    }

    /// <summary>Reads the data that are evaluated and binds the task to the model.</summary>
    internal ITaskSession Bind(EvaluationOptions options, Action<string>? noted)
    {
        var settings = Settings(options);
        var read = Task.Read(settings);
        var session = read.Encode(Model, Tokenizer, TextLimit.Apply(Model, settings)); // may add notices
        foreach (var notice in noted is null ? [] : read.Notices)
            noted!(notice);
        return session;
    }

    /// <summary>The task bound to the model, with the run's own rows, for several evaluations.</summary>
    internal ITaskSession OpenSession()
    {
        var settings = Settings(new EvaluationOptions());
        return Task.Read(settings).Encode(Model, Tokenizer, TextLimit.Apply(Model, settings));
    }

    private TrainingOptions Settings(EvaluationOptions options)
    {
        var settings = Result.Settings with { Score = null, SkipMalformed = options.SkipMalformed || Result.Settings.SkipMalformed };
        settings = settings with
        {
            TextColumn = options.TextColumn ?? settings.TextColumn,
            PairColumn = options.PairColumn ?? settings.PairColumn,
            LabelColumn = options.LabelColumn ?? settings.LabelColumn,
        };
        return options.Data switch
        {
            null => settings,
            { } file when Result.State is not null && !Directory.Exists(file) => settings with
            {
                Data = file, Train = null, Dev = file, Test = null, Folds = 0, TrainLimit = 0, DevLimit = 0, // every row of the file
            },
            { } folder => settings with { Data = folder, Train = null },
        };
    }

    /// <summary>Predicts answers to texts.</summary>
    /// <param name="texts">Texts, or pairs of texts.</param>
    /// <param name="batchSize">Rows in a forward pass.</param>
    /// <returns>An answer to each text, in the same order.</returns>
    /// <exception cref="PredictionTextException">A text is empty, or is a pair where the task has single texts, or the reverse.</exception>
    public IReadOnlyList<Prediction> Predict(IReadOnlyList<(string Text, string? Pair)> texts, int batchSize = 32)
    {
        for (var index = 0; index < texts.Count; index++)
        {
            if (PredictionText.Problem(Task, texts[index].Text, texts[index].Pair, "as a pair") is { } problem)
                throw new PredictionTextException(index + 1, problem);
        }

        return Task.Predict(Model, Tokenizer, texts, TextLimit.Apply(Model, Result.Settings with { BatchSize = batchSize }));
    }

    /// <summary>Predicts answers to single texts.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="batchSize">Rows in a forward pass.</param>
    /// <exception cref="PredictionTextException">A text is empty, or the task has pairs.</exception>
    /// <returns>An answer to each text, in the same order: the label, its probability, and the probability of every label.</returns>
    public IReadOnlyList<Prediction> Predict(IReadOnlyList<string> texts, int batchSize = 32) =>
        Predict([.. texts.Select(text => (text, (string?)null))], batchSize);

    /// <summary>
    /// Predicts answers to a stream of any length in constant memory. Some batches of texts are read ahead, and those of similar length are
    /// computed together.
    /// </summary>
    /// <param name="texts">Texts, or pairs of texts; read while the answers are enumerated.</param>
    /// <param name="batchSize">Rows in a forward pass, at least 1.</param>
    /// <param name="cancellation">Cancels between batches.</param>
    /// <returns>An answer to each text, in the same order, computed as it is read.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batchSize"/> is below 1.</exception>
    /// <exception cref="PredictionTextException">A text is empty, or is a pair where the task has single texts, or the reverse; thrown
    /// while the answers are read.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; thrown while the answers are read.</exception>
    public IEnumerable<Prediction> PredictStream(
        IEnumerable<(string Text, string? Pair)> texts, int batchSize = 32, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        var settings = TextLimit.Apply(Model, Result.Settings with { BatchSize = batchSize });
        return new PredictionStream(Task, batchSize, batch => Task.Predict(Model, Tokenizer, batch, settings)).Predict(texts, cancellation);
    }

    /// <summary>Writes the result and the adapter, which <see cref="Load"/> and the command read.</summary>
    /// <param name="folder">The folder; created if missing.</param>
    /// <param name="overwrite">Replaces a run in the folder, which is an error otherwise.</param>
    /// <exception cref="TrainingOptionsException">The folder holds an earlier run, or cannot be written to.</exception>
    /// <exception cref="RunFolderException">The folder that the model was loaded from is gone, with its vocabulary.</exception>
    public void Save(string folder, bool overwrite = false)
    {
        var settings = Result.Settings with { Output = folder, Overwrite = overwrite, Resume = false };
        using var run = RunFolder.Create(settings, withLog: false)!;
        run.Write(Model, Result with { Settings = settings }, _tokenizerFolder);
    }

    /// <summary>The model with another result, for a run that was derived from this one.</summary>
    internal TrainedModel With(RunResult result) => new(result, Model, Task, Tokenizer, _tokenizerFolder);

    /// <summary>Frees the model.</summary>
    public void Dispose() => Model.Dispose();
}

/// <summary>A run's folder is missing or unreadable.</summary>
/// <param name="path">The folder or file.</param>
/// <param name="problem">What was expected and what was found.</param>
public sealed class RunFolderException(string path, string problem) : Exception($"{path} {problem}");
