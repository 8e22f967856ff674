using Peft.Backbones;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>What training needs of a backbone with a classification head, whether an encoder (BERT, RoBERTa) or a decoder (GPT-2).</summary>
internal static class ClassifierBackbone
{
    /// <summary>A checkpoint folder's backbone with a head, the checkpoint's where it has one of that size.</summary>
    /// <param name="folder">The checkpoint folder.</param>
    /// <param name="outputs">Outputs of the head.</param>
    /// <param name="blankHead">Whether a new head's values come from elsewhere.</param>
    /// <param name="dropout">Every dropout of a decoder; null for config.json's.</param>
    public static PeftModel Load(string folder, int outputs, bool blankHead = false, double? dropout = null)
    {
        if (DecoderConfigReader.IsDecoder(folder))
            return new PeftModel(Pretrained.DecoderClassifier(folder, outputs, dropout), DecoderClassifier.HeadName);
        if (dropout is not null)
            throw new TrainingOptionsException("backbone-dropout", $"is for decoders, and {folder} is none; leave it out");
        return new PeftModel(Pretrained.Classifier(folder, outputs, blankHead), SequenceClassifier.HeadName);
    }

    /// <summary>The longest sequence that a backbone takes, in tokens.</summary>
    public static int MaxLength(nn.Module backbone) => backbone switch
    {
        DecoderClassifier decoder => decoder.Decoder.Config.MaxPositions,
        _ => ((SequenceClassifier)backbone).Encoder.Config.MaxLength,
    };

    /// <summary>Computes layers again in the backward pass instead of keeping their activations.</summary>
    public static void CheckpointActivations(nn.Module backbone, bool wanted)
    {
        if (backbone is DecoderClassifier decoder)
            decoder.Decoder.CheckpointsActivations = wanted;
        else
            ((SequenceClassifier)backbone).Encoder.Stack.CheckpointsActivations = wanted;
    }

    /// <summary>Gives everything but the head another dtype.</summary>
    public static void To(nn.Module backbone, ScalarType type)
    {
        if (backbone is DecoderClassifier decoder)
            decoder.Decoder.to(type);
        else
            ((SequenceClassifier)backbone).Encoder.to(type);
    }

    /// <summary>Logits [rows, outputs].</summary>
    public static Tensor Logits(nn.Module backbone, TensorBatch batch) => backbone switch
    {
        DecoderClassifier decoder => decoder.call(new DecoderInputs(batch.Ids, batch.Mask)),
        _ => ((SequenceClassifier)backbone).call(new EncoderInputs(batch.Ids, batch.Mask, batch.Types)),
    };

    /// <summary>Whether tokens of a pair's two texts are told apart by segment embeddings.</summary>
    public static bool HasSegments(nn.Module backbone) => backbone is SequenceClassifier { Encoder.Config.TypeVocabularySize: > 1 };
}
