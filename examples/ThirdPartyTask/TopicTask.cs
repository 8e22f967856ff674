// A third party's task: built from the packages alone and loaded from its DLL. No project of this repository references it.
//   build/pack.sh
//   dotnet publish examples/ThirdPartyTask/ThirdPartyTask.csproj -c Release -o my-plugins/ThirdPartyTask
//   ./peft --plugins my-plugins train --task topics --data my-data --method "adamix(lora)"
using Peft;
using Peft.Data;
using Peft.Training;

namespace ThirdParty;

/// <summary>
/// Topics of messages: <c>train.txt</c> and <c>dev.txt</c> in the data folder, a topic, a colon and a message on each line.
/// </summary>
public sealed class TopicTask : IFineTuningTask
{
    private static readonly TaskDefinition s_definition = new(
        "topics", "Topics", ["billing", "delivery", "other"], IsPair: false, MetricKind.Accuracy, [MetricKind.Accuracy]);

    private readonly ClassificationTask _classification = new(s_definition, ReadAll);

    /// <inheritdoc/>
    public string Name => s_definition.Name;

    /// <inheritdoc/>
    public TaskHead Head => _classification.Head;

    /// <inheritdoc/>
    public ITaskData Read(TrainingOptions options) => _classification.Read(options);

    /// <inheritdoc/>
    public IReadOnlyList<Prediction> Predict(
        PeftModel model, ITokenizer tokenizer, IReadOnlyList<(string Text, string? Pair)> texts, TrainingOptions options) =>
        _classification.Predict(model, tokenizer, texts, options);

    private static TaskData ReadAll(TrainingOptions options)
    {
        var folder = options.Data ?? throw new TrainingOptionsException("data", "is missing; topics are read from train.txt and dev.txt");
        return new TaskData(s_definition, ReadFile(Path.Combine(folder, "train.txt")), ReadFile(Path.Combine(folder, "dev.txt")));
    }

    private static TaskSplit ReadFile(string file) =>
        new(file, [.. File.ReadLines(file).Select((line, index) => ReadLine(file, line, index + 1))]);

    private static Example ReadLine(string file, string line, int number)
    {
        var parts = line.Split(": ", 2);
        var topic = s_definition.Labels.ToList().IndexOf(parts[0]);
        return topic >= 0 && parts.Length == 2
            ? new Example(parts[1], null, topic)
            : throw new TrainingOptionsException(
                "data", $"{file}, line {number}: expected one of {string.Join(", ", s_definition.Labels)}, a colon and a message; found "
                    + $"'{line}'");
    }
}
