using Peft.Data;
using static TorchSharp.torch;

namespace Peft.Models;

/// <summary>BERT and RoBERTa.</summary>
internal sealed class EncoderBackbones : IBackboneFamily
{
    private const string ClassifierHead = "classifier.";
    private static readonly string[] s_wordHeads = ["cls.predictions.", "lm_head."];

    public IReadOnlyList<string> ModelTypes { get; } = ["bert", "roberta"];

    public nn.Module LoadClassifier(string folder, int outputs, BackboneSettings settings) =>
        settings.ShapesOnly ? Blank(folder, outputs) : Pretrained.Classifier(folder, outputs, settings.BlankHead);

    /// <summary>The classifier or the masked-word model; a new classification head for a bare encoder.</summary>
    public nn.Module LoadStored(string folder, BackboneSettings settings) =>
        settings.ShapesOnly ? Blank(folder, EncoderConfigReader.Read(folder).Labels)
        : Has(folder, ClassifierHead) ? Pretrained.Classifier(folder)
        : Has(folder, s_wordHeads) ? Pretrained.MaskedWords(folder)
        : Pretrained.Classifier(folder, EncoderConfigReader.Read(folder).Labels);

    public bool HasHead(string folder) => Has(folder, [ClassifierHead, .. s_wordHeads]);

    public string Describe(string folder)
    {
        var config = EncoderConfigReader.Read(folder);
        return $"{config.Family}: {config.Layers} layers x {config.HiddenSize}, {config.Heads} heads, "
            + $"vocabulary {config.VocabularySize}, {config.MaxPositions} positions";
    }

    /// <summary>RoBERTa counts positions by its padding id.</summary>
    public void CheckTokenizer(nn.Module backbone, ITokenizer tokenizer, string folder)
    {
        if (backbone is SequenceClassifier { Encoder.Config: { Family: EncoderFamily.Roberta, PadId: var padId } }
            && tokenizer.PadId != padId)
            throw new PaddingMismatchException(folder, tokenizer.PadId, padId);
    }

    private static bool Has(string folder, params string[] prefixes)
    {
        using var archive = CheckpointFolder.Open(folder);
        return archive.Tensors.Keys.Any(key => prefixes.Any(prefix => key.StartsWith(prefix, StringComparison.Ordinal)));
    }

    private static SequenceClassifier Blank(string folder, int outputs) =>
        new(EncoderConfigReader.Read(folder) with { Labels = outputs }, blank: true);
}

/// <summary>GPT-2.</summary>
internal sealed class DecoderBackbones : IBackboneFamily
{
    public IReadOnlyList<string> ModelTypes { get; } = ["gpt2"];

    public bool TakesDropout => true;

    public nn.Module LoadClassifier(string folder, int outputs, BackboneSettings settings) => settings.ShapesOnly
        ? new DecoderClassifier(DecoderConfigReader.Read(folder) with { Labels = outputs }, blank: true)
        : Pretrained.DecoderClassifier(folder, outputs, settings.Dropout);

    public CausalLanguageModel LoadLanguageModel(string folder, BackboneSettings settings) => settings.ShapesOnly
        ? new CausalLanguageModel(DecoderConfigReader.Read(folder), blank: true)
        : Pretrained.LanguageModel(folder, settings.Dropout);

    public string Describe(string folder)
    {
        var config = DecoderConfigReader.Read(folder);
        return $"GPT-2: {config.Layers} layers x {config.HiddenSize}, {config.Heads} heads, vocabulary {config.VocabularySize}, "
            + $"{config.MaxPositions} positions";
    }
}

/// <summary>A RoBERTa's padding token differs between its vocabulary and its configuration, by which it counts positions.</summary>
/// <param name="folder">The checkpoint folder.</param>
/// <param name="tokenizer">The vocabulary's padding id.</param>
/// <param name="config">The configuration's.</param>
public sealed class PaddingMismatchException(string folder, int tokenizer, int config)
    : Exception(
        $"{folder}: the vocabulary's padding token has id {tokenizer}, config.json says pad_token_id {config}, and RoBERTa counts "
            + "positions by it; "
        + "correct pad_token_id, or put the checkpoint's own vocabulary there.");
