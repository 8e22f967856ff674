using Peft.Models;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>Loads the backbone of a run with the head that its task needs.</summary>
internal static class BackboneModel
{
    /// <summary>
    /// Loads a checkpoint folder's backbone with a head: the checkpoint's own if it has one of that size, otherwise a new one.
    /// </summary>
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
        var labels = LabelsOf(head);
        var module = Module(family, folder, head, settings with { Labels = labels });
        return new PeftModel(module, Cast(module).TrainedParts) { Labels = labels, HeadKind = KindOf(head, module) };
    }

    private static nn.Module Module(IBackboneFamily family, string folder, TaskHead head, BackboneSettings settings) => head switch
    {
        TaskHead.Classifier { Outputs: var outputs } => family.LoadClassifier(folder, outputs, settings),
        TaskHead.Tokens { Outputs: var outputs } => family.LoadTokenClassifier(folder, outputs, settings)
            ?? throw new TrainingOptionsException(
                "backbone", $"{folder} has no classifier of tokens, which the task needs; choose an encoder, such as bert-base-cased"),
        TaskHead.MaskedWords => family.LoadMaskedWords(folder, settings)
            ?? throw new TrainingOptionsException(
                "backbone", $"{folder} cannot predict masked words, which prompts need; choose an encoder that was pretrained on them, "
                    + "such as roberta-base"),
        TaskHead.Pretraining => family.LoadLanguageModel(folder, settings) ?? family.LoadMaskedWords(folder, settings)
            ?? throw new TrainingOptionsException(
                "backbone", $"{folder} can be pretrained neither on masked words nor on next tokens; choose an encoder or decoder of this "
                    + "library"),
        _ => family.LoadLanguageModel(folder, settings)
            ?? throw new TrainingOptionsException(
                "backbone", $"{folder} cannot write texts, which the task needs; choose a decoder, such as gpt2"),
    };

    private static IReadOnlyList<string>? LabelsOf(TaskHead head) => head switch
    {
        TaskHead.Classifier { Labels: { Count: > 0 } names } => names,
        TaskHead.Tokens { Labels: { Count: > 0 } names } => names,
        _ => null,
    };

    /// <summary>The head's kind in the files of adapters.</summary>
    private static string? KindOf(TaskHead head, nn.Module module) => head switch
    {
        TaskHead.Tokens => AdapterBackbone.Tokens,
        TaskHead.Pretraining or TaskHead.MaskedWords when module is IMaskedWordBackbone => AdapterBackbone.Words,
        _ => null,
    };

    /// <summary>The contract of a model's backbone.</summary>
    public static IBackbone Cast(nn.Module backbone) => (IBackbone)backbone;

    /// <summary>A classifier's logits [rows, outputs].</summary>
    public static Tensor Logits(nn.Module backbone, TensorBatch batch) =>
        ((IClassifierBackbone)backbone).Classify(batch.Ids, batch.Mask, batch.Types);
}
