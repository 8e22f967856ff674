using Peft.Models;

namespace Peft.Tests.Interop;

/// <summary>Backbones of the published shapes, with few words, since adapters do not touch those.</summary>
internal static class Base
{
    public static PeftModel Roberta() =>
        new(new SequenceClassifier(Encoder(EncoderFamily.Roberta), blank: true), SequenceClassifier.HeadName);

    public static PeftModel Bert(bool head = true) =>
        new(new SequenceClassifier(Encoder(EncoderFamily.Bert), blank: true), head ? SequenceClassifier.HeadName : null);

    public static PeftModel DistilBert()
    {
        var classifier = new SequenceClassifier(
            Encoder(EncoderFamily.DistilBert) with { Layers = 6, TypeVocabularySize = 0, PadId = 0 }, blank: true);
        return new PeftModel(classifier, ((IBackbone)classifier).TrainedParts);
    }

    public static PeftModel Gpt2(int labels) =>
        new(new DecoderClassifier(Decoder() with { Labels = labels }, blank: true), DecoderClassifier.HeadName);

    private static EncoderConfig Encoder(EncoderFamily family) => new()
    {
        Family = family, VocabularySize = 50, HiddenSize = 768, Layers = 12, Heads = 12, IntermediateSize = 3072,
            PadId = family == EncoderFamily.Bert ? 0 : 1,
    };

    private static DecoderConfig Decoder() => new() { VocabularySize = 50, HiddenSize = 768, Layers = 12, Heads = 12, MaxPositions = 32 };
}
