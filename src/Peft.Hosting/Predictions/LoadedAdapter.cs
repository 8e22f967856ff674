using Peft.Training;
using TorchSharp;

namespace Peft.Hosting;

/// <summary>An adapter in memory. It stays there as long as texts wait for it, also when it is unloaded meanwhile.</summary>
internal sealed class LoadedAdapter(TrainedModel model, SharedWeights weights, string name, EmbeddingOptions embedding)
{
    private readonly SentenceEmbedder? _embedder = SentenceEmbedder.Takes(model) ? SentenceEmbedder.Create(model, embedding) : null;

    private readonly (IReadOnlyList<(string Name, torch.Tensor Weight)> Shared, long OwnBytes) _memory =
        weights.Share(model.Result.Settings.Backbone, model.Model.Backbone);

    private readonly DateTimeOffset _loaded = DateTimeOffset.UtcNow;

    private int _users = 1; // the table of names

    public TrainedModel Model => model;

    public ServedAdapter Description => new(
        name, model.Result.Task, model.Result.Method, model.Result.Settings.Backbone, LabelsOf(model.Task.Head),
        PredictionText.HasPairs(model.Task), _memory.OwnBytes)
    {
        Generates = TextGeneration.Takes(model),
        Embeds = _embedder is not null,
        Loaded = _loaded,
    };

    /// <summary>Makes vectors of texts.</summary>
    /// <exception cref="AdapterOperationException">The backbone is no encoder.</exception>
    public SentenceEmbedder Embedder => _embedder ?? throw new AdapterOperationException(Description, "gives no vectors of texts");

    /// <summary>Refuses a model that generates no texts.</summary>
    /// <exception cref="AdapterOperationException">The backbone is no decoder with the head of a language model.</exception>
    public void CheckGenerates()
    {
        if (!TextGeneration.Takes(model))
            throw new AdapterOperationException(Description, "generates no texts");
    }

    /// <summary>Keeps it in memory; called while the table of names has it.</summary>
    public void Retain() => _users++;

    /// <summary>Frees it after the last user.</summary>
    public void Release()
    {
        if (--_users > 0)
            return;
        model.Dispose();
        weights.Release(model.Result.Settings.Backbone, _memory.Shared);
    }

    private static IReadOnlyList<string> LabelsOf(TaskHead head) => head switch
    {
        TaskHead.Classifier { Labels: { } names } => names,
        TaskHead.Tokens { Labels: { } names } => names,
        _ => [],
    };
}
