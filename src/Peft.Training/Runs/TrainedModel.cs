using Peft.Tasks;
using Peft.Text;
using TorchSharp;

namespace Peft.Training;

/// <summary>A finished run, loaded again: backbone, adapter and head, ready to predict.</summary>
public sealed class TrainedModel : IDisposable
{
    private TrainedModel(RunResult result, PeftModel model, TaskDefinition task, ITokenizer tokenizer) =>
        (Result, Model, Task, Tokenizer) = (result, model, task, tokenizer);

    /// <summary>What the run reported.</summary>
    public RunResult Result { get; }

    /// <summary>Backbone, adapter and head.</summary>
    public PeftModel Model { get; }

    /// <summary>The task.</summary>
    public TaskDefinition Task { get; }

    /// <summary>The backbone's tokenizer.</summary>
    public ITokenizer Tokenizer { get; }

    /// <summary>Loads a run's folder.</summary>
    /// <param name="folder">A folder that a run wrote.</param>
    /// <param name="registry">The known methods.</param>
    /// <param name="device"><c>auto</c>, <c>cpu</c> or <c>cuda</c>.</param>
    /// <param name="backbone">The backbone, or null for the one it was trained on.</param>
    /// <returns>The model, in evaluation mode.</returns>
    /// <exception cref="RunFolderException">The folder holds no readable result.</exception>
    /// <exception cref="AdapterFolderException">The adapter does not fit the backbone.</exception>
    public static TrainedModel Load(string folder, MethodRegistry registry, string device = "auto", string? backbone = null)
    {
        var result = RunResult.Read(folder);
        if (GenerationTasks.Has(result.Task))
            throw new RunFolderException(folder, $"is a run on {result.Task}, whose model writes texts; use `peft generate --adapter {folder} --contexts`, or `peft eval`.");
        ComputeThreads.Use(result.Settings.Threads);
        var task = TaskSource.Definition(result.Task);
        var source = backbone ?? result.Settings.Backbone;
        var model = ClassifierBackbone.Load(BackboneSource.Folder(source), task.OutputCount, blankHead: true);
        DeviceChoice.CheckFits(DeviceChoice.Of(device), model.Backbone);
        model.Backbone.to(DeviceChoice.Of(device));
        AdapterFolder.Load(model, Path.Combine(folder, "adapter"), registry);
        model.Backbone.eval();
        return new TrainedModel(result, model, task, BackboneSource.Tokenizer(source, model.Backbone));
    }

    /// <summary>Metrics on examples.</summary>
    /// <param name="examples">The examples, labelled.</param>
    /// <param name="batchSize">Rows in a pass.</param>
    /// <returns>Metrics by name.</returns>
    public IReadOnlyDictionary<string, double> Evaluate(IReadOnlyList<Example> examples, int batchSize = 32) =>
        new Evaluator(Model, Task).Evaluate(new EncodedDataset(Task, examples, Tokenizer, Result.Settings.MaxLength), batchSize).Metrics;

    /// <summary>Logits for texts.</summary>
    /// <param name="texts">Texts, or pairs of texts.</param>
    /// <param name="batchSize">Rows in a pass.</param>
    /// <returns>For each text, as many numbers as the task has outputs.</returns>
    public float[][] Predict(IReadOnlyList<(string Text, string? Pair)> texts, int batchSize = 32)
    {
        var examples = texts.Select(text => new Example(text.Text, text.Pair, 0)).ToList();
        var logits = new Evaluator(Model, Task).Logits(new EncodedDataset(Task, examples, Tokenizer, Result.Settings.MaxLength), batchSize);
        return [.. logits.Chunk(Task.OutputCount)];
    }

    /// <summary>Frees the model.</summary>
    public void Dispose() => Model.Dispose();
}

/// <summary>A run's folder is missing or unreadable.</summary>
/// <param name="path">The folder or file.</param>
/// <param name="problem">What was expected and what was found.</param>
public sealed class RunFolderException(string path, string problem) : Exception($"{path} {problem}");
