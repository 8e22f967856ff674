using Peft.Data;
using static TorchSharp.torch;

namespace Peft.Models;

/// <summary>BERT, RoBERTa, XLM-RoBERTa, DistilBERT and ELECTRA.</summary>
internal sealed class EncoderBackbones : IBackboneFamily
{
    public IReadOnlyList<string> ModelTypes { get; } = EncoderLayout.ModelTypes;

    public nn.Module LoadClassifier(string folder, int outputs, BackboneSettings settings) =>
        settings.ShapesOnly ? Blank(folder, outputs, settings.Added) : Pretrained.Classifier(folder, outputs, settings);

    public nn.Module LoadTokenClassifier(string folder, int outputs, BackboneSettings settings) => settings.ShapesOnly
        ? new TokenClassifier(
            StatedSize.Fitting(folder, EncoderConfigReader.Read(folder) with { Labels = outputs, Added = settings.Added }), blank: true)
        : Pretrained.TokenClassifier(folder, outputs, settings);

    public nn.Module LoadMaskedWords(string folder, BackboneSettings settings) => settings switch
    {
        { Added: not null } => throw new AddedTokensException(
            folder, "its masked-word head has an output for each token of the checkpoint, to which tokens cannot be added; leave out "
                + "--add-tokens"),
        { ShapesOnly: true } => new MaskedWordModel(StatedSize.Fitting(folder, EncoderConfigReader.Read(folder)), blank: true),
        _ => Pretrained.MaskedWords(folder, settings),
    };

    /// <summary>The classifier or the masked-word model; the encoder alone where the checkpoint has neither head.</summary>
    public nn.Module LoadStored(string folder, BackboneSettings settings)
    {
        var config = EncoderConfigReader.Read(folder);
        if (settings.ShapesOnly)
            return Blank(folder, config.Labels);
        return StoredHeadOf(folder, config) switch
        {
            SequenceClassifier.HeadName when HeadPlan.IsOfTokens(config.Architecture) =>
                Pretrained.TokenClassifier(folder, labels: null, settings),
            SequenceClassifier.HeadName => Pretrained.Classifier(folder, labels: null, settings),
            null => Pretrained.Encoder(folder, settings),
            _ => Pretrained.MaskedWords(folder, settings),
        };
    }

    public string Describe(string folder)
    {
        var config = EncoderConfigReader.Read(folder);
        return $"{config.Layout.Name}: {config.Layers} layers x {config.HiddenSize}, {config.Heads} heads, "
            + $"vocabulary {config.VocabularySize}, {config.MaxPositions} positions"
            + (config.EmbeddingSize == config.HiddenSize ? "" : $", embeddings of {config.EmbeddingSize}");
    }

    /// <summary>RoBERTa and XLM-RoBERTa count positions by their padding id.</summary>
    public void CheckTokenizer(nn.Module backbone, ITokenizer tokenizer, string folder)
    {
        if (backbone is IEncoderModel { Encoder.Config: { Layout.CountsRealTokens: true, PadId: var padId } } && tokenizer.PadId != padId)
            throw new PaddingMismatchException(folder, tokenizer.PadId, padId);
    }

    /// <summary>The name of the head that a checkpoint stores and this library has; null for none.</summary>
    private static string? StoredHeadOf(string folder, EncoderConfig config)
    {
        using var archive = CheckpointFolder.Open(folder);
        var parts = StoredParts.Encoder(archive, config);
        var isText = !HeadPlan.IsOtherTask(config.Architecture, HeadPlan.OtherThanText) || HeadPlan.IsOfTokens(config.Architecture);
        return parts.Has(SequenceClassifier.HeadName) && isText ? SequenceClassifier.HeadName
            : config.Layout.WordHead.All(parts.Has) ? config.Layout.WordHead[0] : null;
    }

    private static SequenceClassifier Blank(string folder, int outputs, AddedIds? added = null) =>
        new(StatedSize.Fitting(folder, EncoderConfigReader.Read(folder) with { Labels = outputs, Added = added }), blank: true);
}

/// <summary>GPT-2.</summary>
internal sealed class DecoderBackbones : IBackboneFamily
{
    public IReadOnlyList<string> ModelTypes { get; } = ["gpt2"];

    public bool TakesDropout => true;

    public nn.Module LoadClassifier(string folder, int outputs, BackboneSettings settings) => settings.ShapesOnly
        ? new DecoderClassifier(
            StatedSize.Fitting(folder, DecoderConfigReader.Read(folder) with { Labels = outputs, Added = settings.Added }), blank: true)
        : Pretrained.DecoderClassifier(folder, outputs, settings);

    public CausalLanguageModel LoadLanguageModel(string folder, BackboneSettings settings) => settings.ShapesOnly
        ? new CausalLanguageModel(
            StatedSize.Fitting(folder, DecoderConfigReader.Read(folder) with { Added = settings.Added }), blank: true)
        : Pretrained.LanguageModel(folder, settings);

    public string Describe(string folder)
    {
        var config = DecoderConfigReader.Read(folder);
        return $"GPT-2: {config.Layers} layers x {config.HiddenSize}, {config.Heads} heads, vocabulary {config.VocabularySize}, "
            + $"{config.MaxPositions} positions";
    }
}

/// <summary>
/// A RoBERTa's or XLM-RoBERTa's padding token differs between its vocabulary and its configuration, by which it counts positions.
/// </summary>
/// <param name="folder">The checkpoint folder.</param>
/// <param name="tokenizer">The vocabulary's padding id.</param>
/// <param name="config">The configuration's.</param>
public sealed class PaddingMismatchException(string folder, int tokenizer, int config)
    : Exception(
        $"{folder}: the vocabulary's padding token has id {tokenizer}, config.json says pad_token_id {config}, and this family counts "
            + "positions by it; correct pad_token_id, or put the checkpoint's own vocabulary there.");
