using static TorchSharp.torch;

namespace Peft.Models;

/// <summary>A model over a decoder, with the head of a language model or of a classifier; the members that both share.</summary>
internal interface IDecoderModel : IBackbone, IExtendedVocabulary
{
    /// <summary>The decoder.</summary>
    DecoderModel Decoder { get; }

    int IBackbone.MaxLength => Decoder.Config.MaxPositions;

    int IBackbone.VocabularySize => Decoder.Config.AllWords;

    bool IBackbone.RecomputesActivations
    {
        get => Decoder.RecomputesActivations;
        set => Decoder.RecomputesActivations = value;
    }

    AddedWords? IExtendedVocabulary.Added => Decoder.Added;

    Tensor IExtendedVocabulary.Words => Decoder.WordWeight;

    string IExtendedVocabulary.AddedPart => $"{CausalLanguageModel.KeyPrefix}.{DecoderModel.AddedName}";

    string IExtendedVocabulary.WordsKey => CausalLanguageModel.KeyPrefix + ".wte.weight";
}
