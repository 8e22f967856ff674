using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Peft.Models;

/// <summary>A family's masked-word head.</summary>
internal interface IWordHead
{
    /// <summary>The modules under their names in checkpoints.</summary>
    IEnumerable<(string Name, Module Module)> Modules { get; }

    /// <summary>Logits [batch, length, vocabulary] of hidden states [batch, length, hidden].</summary>
    /// <param name="hidden">The hidden states.</param>
    /// <param name="words">The word embedding [vocabulary, width].</param>
    Tensor Logits(Tensor hidden, Tensor words);
}

/// <summary>BERT's masked-word head, under the names <c>cls.predictions.*</c>.</summary>
internal sealed class BertWordHead : Module, IWordHead
{
#pragma warning disable IDE1006 // Field names are the names in checkpoints.
    private readonly BertWordPredictions predictions;
#pragma warning restore IDE1006

    public BertWordHead(EncoderConfig config)
        : base(nameof(BertWordHead))
    {
        predictions = new BertWordPredictions(config);
        RegisterComponents();
    }

    public IEnumerable<(string Name, Module Module)> Modules => [("cls", this)];

    public Tensor Logits(Tensor hidden, Tensor words) => predictions.Logits(hidden, words);
}

internal sealed class BertWordPredictions : Module
{
#pragma warning disable IDE1006 // Field names are the names in checkpoints.
    private readonly BertWordTransform transform;
    private readonly Parameter bias;
    private readonly Linear? decoder; // null where the word embedding is the matrix
#pragma warning restore IDE1006

    public BertWordPredictions(EncoderConfig config)
        : base(nameof(BertWordPredictions))
    {
        transform = new BertWordTransform(config);
        bias = new Parameter(zeros(config.VocabularySize));
        decoder = WordHead.Own(config);
        RegisterComponents();
    }

    public Tensor Logits(Tensor hidden, Tensor words) => functional.linear(transform.call(hidden), decoder?.weight ?? words, bias);
}

internal sealed class BertWordTransform : Module<Tensor, Tensor>
{
#pragma warning disable IDE1006 // Field names are the names in checkpoints.
    private readonly Linear dense;
    private readonly LayerNorm LayerNorm;
#pragma warning restore IDE1006
    private readonly string _activation;

    public BertWordTransform(EncoderConfig config)
        : base(nameof(BertWordTransform))
    {
        _activation = config.HiddenActivation;
        dense = Linear(config.HiddenSize, config.HiddenSize);
        LayerNorm = LayerNorm(config.HiddenSize, config.LayerNormEpsilon);
        RegisterComponents();
        Initialization.Apply(this, config.InitializerRange);
    }

    public override Tensor forward(Tensor hidden) => LayerNorm.call(HiddenActivation.Apply(_activation, dense.call(hidden)));
}

/// <summary>RoBERTa's masked-word head, under the names <c>lm_head.*</c>.</summary>
internal sealed class RobertaWordHead : Module, IWordHead
{
#pragma warning disable IDE1006 // Field names are the names in checkpoints.
    private readonly Linear dense;
    private readonly LayerNorm layer_norm;
    private readonly Parameter bias;
    private readonly Linear? decoder; // null where the word embedding is the matrix
#pragma warning restore IDE1006

    public RobertaWordHead(EncoderConfig config)
        : base(nameof(RobertaWordHead))
    {
        dense = Linear(config.HiddenSize, config.HiddenSize);
        layer_norm = LayerNorm(config.HiddenSize, config.LayerNormEpsilon);
        bias = new Parameter(zeros(config.VocabularySize));
        decoder = WordHead.Own(config);
        RegisterComponents();
        Initialization.Apply(this, config.InitializerRange);
    }

    public IEnumerable<(string Name, Module Module)> Modules => [("lm_head", this)];

    public Tensor Logits(Tensor hidden, Tensor words) =>
        functional.linear(layer_norm.call(functional.gelu(dense.call(hidden))), decoder?.weight ?? words, bias);
}

/// <summary>DistilBERT's masked-word head, in three modules.</summary>
internal sealed class DistilBertWordHead : IWordHead
{
    private readonly Linear _transform;
    private readonly LayerNorm _norm;
    private readonly WordMap _map;
    private readonly string _activation;

    public DistilBertWordHead(EncoderConfig config)
    {
        _activation = config.HiddenActivation;
        _transform = Linear(config.HiddenSize, config.HiddenSize);
        _norm = LayerNorm(config.HiddenSize, config.LayerNormEpsilon);
        _map = new WordMap(config);
        Initialization.Apply(_transform, config.InitializerRange);
    }

    public IEnumerable<(string Name, Module Module)> Modules =>
        [("vocab_transform", _transform), ("vocab_layer_norm", _norm), ("vocab_projector", _map)];

    public Tensor Logits(Tensor hidden, Tensor words) =>
        _map.Logits(_norm.call(HiddenActivation.Apply(_activation, _transform.call(hidden))), words);
}

/// <summary>The masked-word head of ELECTRA's generator: a map to the embedding's width, GELU, norm, the words.</summary>
internal sealed class ElectraWordHead : IWordHead
{
    private readonly ElectraPredictions _predictions;
    private readonly WordMap _map;

    public ElectraWordHead(EncoderConfig config)
    {
        _predictions = new ElectraPredictions(config);
        _map = new WordMap(config);
    }

    public IEnumerable<(string Name, Module Module)> Modules => [("generator_predictions", _predictions), ("generator_lm_head", _map)];

    public Tensor Logits(Tensor hidden, Tensor words) => _map.Logits(_predictions.call(hidden), words);
}

internal sealed class ElectraPredictions : Module<Tensor, Tensor>
{
#pragma warning disable IDE1006 // Field names are the names in checkpoints.
    private readonly LayerNorm LayerNorm;
    private readonly Linear dense;
#pragma warning restore IDE1006

    public ElectraPredictions(EncoderConfig config)
        : base(nameof(ElectraPredictions))
    {
        LayerNorm = LayerNorm(config.EmbeddingSize, config.LayerNormEpsilon);
        dense = Linear(config.HiddenSize, config.EmbeddingSize);
        RegisterComponents();
        Initialization.Apply(this, config.InitializerRange);
    }

    public override Tensor forward(Tensor hidden) => LayerNorm.call(functional.gelu(dense.call(hidden)));
}

/// <summary>The last map of a masked-word head, with a bias and, where it is not tied to the word embedding, a matrix.</summary>
internal sealed class WordMap : Module
{
#pragma warning disable IDE1006 // Field names are the names in checkpoints.
    private readonly Parameter bias;
    private readonly Parameter? weight; // null where the word embedding is the matrix
#pragma warning restore IDE1006

    public WordMap(EncoderConfig config)
        : base(nameof(WordMap))
    {
        bias = new Parameter(zeros(config.VocabularySize));
        weight = config.TiesHead
            ? null : new Parameter(zeros(config.VocabularySize, config.EmbeddingSize).normal_(0, config.InitializerRange));
        RegisterComponents();
    }

    /// <summary>Logits of states [batch, length, width].</summary>
    public Tensor Logits(Tensor states, Tensor words) => functional.linear(states, weight ?? words, bias);
}

/// <summary>The matrix of a masked-word head.</summary>
internal static class WordHead
{
    /// <summary>A matrix of the head's own, where config.json does not tie it to the word embedding.</summary>
    public static Linear? Own(EncoderConfig config) =>
        config.TiesHead ? null : Linear(config.HiddenSize, config.VocabularySize, hasBias: false);
}
