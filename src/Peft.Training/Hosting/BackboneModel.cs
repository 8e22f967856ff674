using Peft.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>What training needs of a backbone with a head: a classifier over an encoder or a decoder, or a language model.</summary>
internal static class BackboneModel
{
    /// <summary>A checkpoint folder's backbone with a head, the checkpoint's where it has one of that size.</summary>
    /// <param name="folder">The checkpoint folder.</param>
    /// <param name="head">The head.</param>
    /// <param name="blankHead">Whether a new head's values come from elsewhere.</param>
    /// <param name="dropout">Every dropout of a decoder; null for config.json's.</param>
    public static PeftModel Load(string folder, TaskHead head, bool blankHead = false, double? dropout = null)
    {
        if (head is not TaskHead.Classifier { Outputs: var outputs })
            return new PeftModel(Pretrained.LanguageModel(folder, dropout));
        if (DecoderConfigReader.IsDecoder(folder))
            return new PeftModel(Pretrained.DecoderClassifier(folder, outputs, dropout), DecoderClassifier.HeadName);
        if (dropout is not null)
            throw new TrainingOptionsException("backbone-dropout", $"is for decoders, and {folder} is none; leave it out");
        return new PeftModel(Pretrained.Classifier(folder, outputs, blankHead), SequenceClassifier.HeadName);
    }

    /// <summary>The longest sequence that a backbone takes, in tokens.</summary>
    public static int MaxLength(nn.Module backbone) =>
        backbone is SequenceClassifier encoder ? encoder.Encoder.Config.MaxLength : Decoder(backbone).Config.MaxPositions;

    /// <summary>Computes layers again in the backward pass instead of keeping their activations.</summary>
    public static void CheckpointActivations(nn.Module backbone, bool wanted)
    {
        if (backbone is SequenceClassifier encoder)
            encoder.Encoder.Stack.CheckpointsActivations = wanted;
        else
            Decoder(backbone).CheckpointsActivations = wanted;
    }

    /// <summary>Gives everything but a classification head another dtype.</summary>
    public static void To(nn.Module backbone, ScalarType type)
    {
        nn.Module body = backbone switch
        {
            SequenceClassifier encoder => encoder.Encoder,
            DecoderClassifier decoder => decoder.Decoder,
            _ => backbone,
        };
        body.to(type);
    }

    /// <summary>A classifier's logits [rows, outputs].</summary>
    public static Tensor Logits(nn.Module backbone, TensorBatch batch) => backbone switch
    {
        DecoderClassifier decoder => decoder.call(new DecoderInputs(batch.Ids, batch.Mask)),
        _ => ((SequenceClassifier)backbone).call(new EncoderInputs(batch.Ids, batch.Mask, batch.Types)),
    };

    /// <summary>Whether tokens of a pair's two texts are told apart by segment embeddings.</summary>
    public static bool HasSegments(nn.Module backbone) => backbone is SequenceClassifier { Encoder.Config.TypeVocabularySize: > 1 };

    /// <summary>Rows of the word embedding.</summary>
    public static int VocabularySize(nn.Module backbone) =>
        backbone is SequenceClassifier encoder ? encoder.Encoder.Config.VocabularySize : Decoder(backbone).Config.VocabularySize;

    private static DecoderModel Decoder(nn.Module backbone) => backbone switch
    {
        DecoderClassifier classifier => classifier.Decoder,
        _ => ((CausalLanguageModel)backbone).Decoder,
    };
}
