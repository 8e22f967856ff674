using Peft.Data;
using Peft.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>
/// Turns texts into vectors with an encoder, for search, clustering and comparison by meaning: the states of a text's tokens become one
/// vector (Reimers and Gurevych 2019, section 3).
/// </summary>
public sealed class SentenceEmbedder : IDisposable
{
    private readonly EncoderModel _encoder;
    private readonly Func<Func<Tensor>, Tensor> _run;
    private readonly ITokenizer _tokenizer;
    private readonly EmbeddingOptions _options;
    private readonly IDisposable? _owned;

    private SentenceEmbedder(
        EncoderModel encoder, Func<Func<Tensor>, Tensor> run, ITokenizer tokenizer, EmbeddingOptions options, int positions,
        IDisposable? owned)
    {
        (_encoder, _run, _tokenizer, _options, _owned) = (encoder, run, tokenizer, options, owned);
        MaxLength = options.MaxLength ?? Math.Min(positions, tokenizer.ModelMaxLength ?? int.MaxValue);
        if (MaxLength > positions)
            throw new TrainingOptionsException("max-length", $"is {MaxLength}, and the backbone has {positions} positions; give at most "
                + "that many");
    }

    /// <summary>The number of elements of a vector.</summary>
    public int Width => _encoder.Config.HiddenSize;

    /// <summary>The longest text in tokens, special tokens included; longer texts are cut at their end.</summary>
    public int MaxLength { get; }

    /// <summary>
    /// Loads an encoder and its vocabulary. Heads of the checkpoint are left out. If a run trains in this process, loading waits for the
    /// end of its step, so that the run keeps its random numbers.
    /// </summary>
    /// <param name="folder">A checkpoint folder of BERT, RoBERTa, XLM-RoBERTa, DistilBERT or ELECTRA.</param>
    /// <param name="options">How vectors are made; null for the defaults.</param>
    /// <param name="device"><c>auto</c>, <c>cpu</c> or <c>cuda</c>.</param>
    /// <param name="notice">Receives a line about what is left out of the checkpoint; null for none.</param>
    /// <returns>The embedder.</returns>
    /// <exception cref="BackboneConfigurationException">config.json is missing or wrong, or not that of an encoder.</exception>
    /// <exception cref="CheckpointNotFoundException">The folder has no weights.</exception>
    /// <exception cref="CheckpointMismatchException">The weights do not match the configuration.</exception>
    /// <exception cref="TextException">The vocabulary is missing or cannot be read.</exception>
    /// <exception cref="VocabularyMismatchException">The vocabulary has more tokens than the embedding has rows.</exception>
    /// <exception cref="TrainingOptionsException">An option is out of range, or there is no such device.</exception>
    public static SentenceEmbedder Load(
        string folder, EmbeddingOptions? options = null, string device = "auto", Action<string>? notice = null)
    {
        options = Checked(options);
        var target = DeviceChoice.Parse(device);
        using var turn = ComputeTurn.BetweenSteps(CancellationToken.None); // new modules take numbers from the random generator
        var model = Pretrained.Encoder(folder, new BackboneSettings { Notice = notice });
        try
        {
            DeviceChoice.CheckFits(target, model);
            model.to(target);
            model.eval();
            var tokenizer = BackboneSource.Tokenizer(new BackboneRegistry(), folder, model);
            return new SentenceEmbedder(model.Encoder, pass => pass(), tokenizer, options, model.Encoder.Config.MaxLength, model);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>An embedder over a run's encoder with its adapter. The head is left out.</summary>
    /// <param name="model">The run. The caller keeps ownership and must not dispose it before the embedder's last use.</param>
    /// <param name="options">How vectors are made; null for the defaults.</param>
    /// <returns>The embedder.</returns>
    /// <exception cref="EmbeddingModelException">The run's backbone is no encoder.</exception>
    /// <exception cref="TrainingOptionsException">An option is out of range.</exception>
    public static SentenceEmbedder Create(TrainedModel model, EmbeddingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Model.Backbone is not IEncoderModel { Encoder: var encoder })
            throw new EmbeddingModelException(model.Result.Settings.Backbone);
        var positions = TextLimit.Apply(model.Model, model.Result.Settings with { MaxLength = encoder.Config.MaxLength }).MaxLength;
        return new SentenceEmbedder(encoder, model.Model.Run, model.Tokenizer, Checked(options), positions, owned: null);
    }

    /// <summary>Whether a run's backbone is an encoder.</summary>
    internal static bool Takes(TrainedModel model) => model.Model.Backbone is IEncoderModel;

    /// <summary>Embeds texts as they come, a batch at a time, so that memory does not grow with their number.</summary>
    /// <param name="texts">The texts.</param>
    /// <returns>A vector for each text, in the same order.</returns>
    public IEnumerable<TextEmbedding> Embed(IEnumerable<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return texts.Chunk(_options.BatchSize).SelectMany(Batch);
    }

    /// <summary>Embeds one text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Its vector.</returns>
    public TextEmbedding Embed(string text) => Batch([text])[0];

    /// <inheritdoc/>
    public void Dispose() => _owned?.Dispose();

    private static EmbeddingOptions Checked(EmbeddingOptions? given)
    {
        var options = given ?? new EmbeddingOptions();
        if (options.BatchSize < 1)
            throw new TrainingOptionsException("batch-size", $"is {options.BatchSize}; expected at least 1");
        return options.MaxLength is not < 3 ? options : throw new TrainingOptionsException(
            "max-length", $"is {options.MaxLength}; expected at least 3: two special tokens and one of the text");
    }

    private TextEmbedding[] Batch(string[] texts)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var rows = texts.Select(text => _tokenizer.Encode(text, maxLength: MaxLength)).ToList();
        var length = rows.Max(row => row.Length);
        var ids = new long[rows.Count * length];
        var mask = new long[ids.Length];
        Array.Fill(ids, _tokenizer.PadId);
        foreach (var (row, index) in rows.Select((row, index) => (row, index)))
        {
            for (var i = 0; i < row.Length; i++)
                (ids[(index * length) + i], mask[(index * length) + i]) = (row.Ids[i], 1);
        }

        var device = _encoder.Embeddings.WordWeight.device;
        Tensor Matrix(long[] values) => tensor(values, rows.Count, length).to(device);
        var seen = Matrix(mask);
        var inputs = new EncoderInputs(Matrix(ids), mask.Contains(0) ? seen : null);
        var states = _run(() => _encoder.call(inputs).LastHidden).to_type(ScalarType.Float32);
        var pooled = _options.Pooling == SentencePooling.Cls ? states.select(1, 0) : Mean(states, seen);
        if (_options.Normalize)
            pooled = pooled / pooled.norm(1, keepdim: true).clamp_min(1e-12);
        var values = pooled.contiguous().cpu().data<float>().ToArray();
        return [.. texts.Select((text, index) => new TextEmbedding(
            text, values[(index * Width)..((index + 1) * Width)], rows[index].Length, rows[index].Length == MaxLength))];
    }

    /// <summary>The mean over real tokens, special tokens included: [rows, length, hidden] to [rows, hidden].</summary>
    private static Tensor Mean(Tensor states, Tensor mask)
    {
        var weights = mask.to_type(ScalarType.Float32).unsqueeze(-1);
        return (states * weights).sum(1) / weights.sum(1);
    }
}

/// <summary>A run has no encoder, so it gives no vectors of texts.</summary>
/// <param name="backbone">The run's backbone.</param>
public sealed class EmbeddingModelException(string backbone) : TaskException(
    $"the backbone {backbone} is no encoder; vectors of texts need a run on an encoder, such as minilm.");
