using Peft.Data;
using static TorchSharp.torch;

namespace Peft.Models;

/// <summary>BERT and RoBERTa.</summary>
internal sealed class EncoderBackbones : IBackboneFamily
{
    public IReadOnlyList<string> ModelTypes { get; } = ["bert", "roberta"];

    public nn.Module LoadClassifier(string folder, int outputs, BackboneSettings settings) =>
        Pretrained.Classifier(folder, outputs, settings.BlankHead);

    /// <summary>RoBERTa counts positions by its padding id.</summary>
    public void CheckTokenizer(nn.Module backbone, ITokenizer tokenizer, string folder)
    {
        if (backbone is SequenceClassifier { Encoder.Config: { Family: EncoderFamily.Roberta, PadId: var padId } }
            && tokenizer.PadId != padId)
            throw new PaddingMismatchException(folder, tokenizer.PadId, padId);
    }
}

/// <summary>GPT-2.</summary>
internal sealed class DecoderBackbones : IBackboneFamily
{
    public IReadOnlyList<string> ModelTypes { get; } = ["gpt2"];

    public bool TakesDropout => true;

    public nn.Module LoadClassifier(string folder, int outputs, BackboneSettings settings) =>
        Pretrained.DecoderClassifier(folder, outputs, settings.Dropout);

    public CausalLanguageModel LoadLanguageModel(string folder, BackboneSettings settings) =>
        Pretrained.LanguageModel(folder, settings.Dropout);
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
