using Peft.Models;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>Loads the backbone of a run with the head that its task needs.</summary>
internal static class BackboneModel
{
    /// <summary>A checkpoint folder's backbone with a head, the checkpoint's where it has one of that size.</summary>
    /// <param name="families">The known families.</param>
    /// <param name="folder">The checkpoint folder.</param>
    /// <param name="head">The head.</param>
    /// <param name="settings">How to load it.</param>
    /// <exception cref="TrainingOptionsException">The family has no backbone with such a head, or no such setting.</exception>
    public static PeftModel Load(BackboneRegistry families, string folder, TaskHead head, BackboneSettings settings)
    {
        var family = families.Find(folder);
        if (settings.Dropout is not null && !family.TakesDropout)
            throw new TrainingOptionsException("backbone-dropout", $"is for decoders, and {folder} is none; leave it out");
        var labels = head is TaskHead.Classifier { Labels: { Count: > 0 } names } ? names : null;
        var module = head is TaskHead.Classifier { Outputs: var outputs }
            ? family.LoadClassifier(folder, outputs, settings with { Labels = labels })
            : family.LoadLanguageModel(folder, settings)
                ?? throw new TrainingOptionsException(
                    "backbone", $"{folder} cannot write texts, which the task needs; choose a decoder, such as gpt2");
        return new PeftModel(module, Cast(module).TrainedParts) { Labels = labels };
    }

    /// <summary>The contract of a model's backbone.</summary>
    public static IBackbone Cast(nn.Module backbone) => (IBackbone)backbone;

    /// <summary>A classifier's logits [rows, outputs].</summary>
    public static Tensor Logits(nn.Module backbone, TensorBatch batch) =>
        ((IClassifierBackbone)backbone).Classify(batch.Ids, batch.Mask, batch.Types);
}
