using Peft.Models;
using static TorchSharp.torch;

namespace Peft.Tests.Interop;

/// <summary>Small backbones of each architecture: hidden 16, feed-forward 24, 2 layers, 3 outputs.</summary>
internal static class Tiny
{
    public static PeftModel Model(string name, int seed = 5)
    {
        manual_seed(seed);
        nn.Module backbone = name switch
        {
            "bert" => new SequenceClassifier(Encoder(EncoderFamily.Bert)),
            "roberta" => new SequenceClassifier(Encoder(EncoderFamily.Roberta)),
            "distilbert" => new SequenceClassifier(Encoder(EncoderFamily.DistilBert) with { TypeVocabularySize = 0 }),
            "electra" => new SequenceClassifier(Encoder(EncoderFamily.Electra) with { EmbeddingSize = 8 }),
            "gpt2" => new CausalLanguageModel(Decoder()),
            _ => new DecoderClassifier(Decoder()),
        };
        backbone.eval();
        return new PeftModel(backbone, ((IBackbone)backbone).TrainedParts);
    }

    /// <summary>Logits of two rows, the second of which is padded.</summary>
    public static Tensor Logits(PeftModel model)
    {
        using var frozen = no_grad();
        var ids = tensor(new long[] { 5, 9, 13, 7, 21, 4, 8, 3, 1, 1 }, 2, 5);
        var mask = tensor(new long[] { 1, 1, 1, 1, 1, 1, 1, 1, 0, 0 }, 2, 5);
        return model.Run(() => model.Backbone switch
        {
            SequenceClassifier classifier => classifier.call(new EncoderInputs(ids, mask)),
            CausalLanguageModel decoder => decoder.call(new DecoderInputs(ids.narrow(0, 0, 1))),
            DecoderClassifier classifier => classifier.call(new DecoderInputs(ids, mask)),
            _ => throw new InvalidOperationException(),
        });
    }

    private static EncoderConfig Encoder(EncoderFamily family) => new()
    {
        Family = family, VocabularySize = 37, HiddenSize = 16, Layers = 2, Heads = 4, IntermediateSize = 24, MaxPositions = 24, PadId = 1,
        TypeVocabularySize = family == EncoderFamily.Bert ? 2 : 1, Labels = 3, InitializerRange = 0.3,
    };

    private static DecoderConfig Decoder() => new()
    {
        VocabularySize = 37, HiddenSize = 16, Layers = 2, Heads = 4, IntermediateSize = 24, MaxPositions = 24, Labels = 3,
            InitializerRange = 0.3, TiesHead = false,
    };
}
