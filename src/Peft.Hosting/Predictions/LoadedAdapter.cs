using Peft.Training;
using TorchSharp;

namespace Peft.Hosting;

/// <summary>An adapter in memory. It stays there as long as texts wait for it, also when it is unloaded meanwhile.</summary>
internal sealed class LoadedAdapter(TrainedModel model, SharedWeights weights, string name, EmbeddingOptions embedding)
{
    private readonly SentenceEmbedder? _embedder = SentenceEmbedder.Takes(model) ? SentenceEmbedder.Create(model, embedding) : null;

    private readonly IReadOnlyList<(string Name, torch.Tensor Weight)> _weights =
        weights.Share(model.Result.Settings.Backbone, model.Model.Backbone);

    private readonly DateTimeOffset _loaded = DateTimeOffset.UtcNow;

    private int _users = 1; // the table of names

    public string Name => name;

    public TrainedModel Model => model;

    /// <summary>Adapters with the same object here can answer texts in one forward pass.</summary>
    public object Passes { get; private set; } = new();

    /// <summary>What it is, with the bytes that it shares with no other adapter now; read under the lock of the shared weights.</summary>
    public ServedAdapter Description => Describe(weights.OwnBytes(model.Result.Settings.Backbone, _weights) + MethodBytes());

    /// <summary>Makes vectors of texts.</summary>
    /// <exception cref="AdapterOperationException">The backbone is no encoder.</exception>
    public SentenceEmbedder Embedder => _embedder ?? throw new AdapterOperationException(Describe(0), "gives no vectors of texts");

    /// <summary>Refuses a model that generates no texts.</summary>
    /// <exception cref="AdapterOperationException">The backbone is no decoder with the head of a language model.</exception>
    public void CheckGenerates()
    {
        if (!TextGeneration.Takes(model))
            throw new AdapterOperationException(Describe(0), "generates no texts");
    }

    /// <summary>Shares passes with another adapter of the backbone, if both can and the frozen weights are the same.</summary>
    /// <returns>Whether they share passes now.</returns>
    public bool SharePasses(LoadedAdapter other)
    {
        if (!SharedPredictions.Takes(model) || !SharedPredictions.Takes(other.Model)
            || !FrozenWeights().SequenceEqual(other.FrozenWeights()))
        {
            return false;
        }

        Passes = other.Passes;
        return true;
    }

    /// <summary>Keeps it in memory; called while the table of names has it.</summary>
    public void Retain() => _users++;

    /// <summary>Frees it after the last user.</summary>
    public void Release()
    {
        if (--_users > 0)
            return;
        model.Dispose();
        weights.Release(model.Result.Settings.Backbone, _weights);
    }

    /// <summary>The weights that a shared pass uses of one model for all. Equal weights of a backbone are one object.</summary>
    private IEnumerable<(string Name, torch.Tensor Weight)> FrozenWeights() =>
        _weights.Where(weight => SharedPredictions.MustBeEqual(model, weight.Name));

    private ServedAdapter Describe(long ownBytes) => new(
        name, model.Result.Task, model.Result.Method, model.Result.Settings.Backbone, LabelsOf(model.Task.Head),
        PredictionText.HasPairs(model.Task), ownBytes)
    {
        Generates = TextGeneration.Takes(model),
        Embeds = _embedder is not null,
        Loaded = _loaded,
    };

    private long MethodBytes() => model.Model.Adapters.Active.SelectMany(one => model.Model.Adapters[one].NamedParameters)
        .Sum(pair => pair.Parameter.numel() * pair.Parameter.element_size());

    private static IReadOnlyList<string> LabelsOf(TaskHead head) => head switch
    {
        TaskHead.Classifier { Labels: { } names } => names,
        TaskHead.Tokens { Labels: { } names } => names,
        _ => [],
    };
}
