using static TorchSharp.torch;

namespace Peft.Models;

/// <summary>A model over an encoder, with or without a head; the members that all of them share.</summary>
internal interface IEncoderModel : IBackbone, IExtendedVocabulary
{
    /// <summary>The encoder.</summary>
    EncoderModel Encoder { get; }

    int IBackbone.MaxLength => Encoder.Config.MaxLength;

    int IBackbone.VocabularySize => Encoder.Config.AllWords;

    bool IBackbone.RecomputesActivations
    {
        get => Encoder.Stack.RecomputesActivations;
        set => Encoder.Stack.RecomputesActivations = value;
    }

    AddedWords? IExtendedVocabulary.Added => Encoder.Embeddings.Added;

    Tensor IExtendedVocabulary.Words => Encoder.Embeddings.WordWeight;

    string IExtendedVocabulary.AddedPart => $"{Encoder.Config.KeyPrefix}.embeddings.{EncoderEmbeddings.AddedName}";

    string IExtendedVocabulary.WordsKey => $"{Encoder.Config.KeyPrefix}.embeddings.word_embeddings.weight";
}
