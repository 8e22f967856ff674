using Peft.Data;
using static TorchSharp.torch;

namespace Peft.Models;

/// <summary>Makes the backbone that an adapter's files ask for, with a head of their size.</summary>
public static class AdapterBackbone
{
    /// <summary>A backbone with the head that is among an adapter's tensors, or with none.</summary>
    /// <param name="folder">A checkpoint folder.</param>
    /// <param name="labels">Outputs of the classification head in the adapter's files; null where they hold none.</param>
    /// <param name="shapesAlone">
    /// Whether <c>config.json</c> is enough: where the folder has no weights, those of the model are then made anew, and only names and
    /// shapes mean anything.
    /// </param>
    /// <returns>
    /// An encoder with a classification head of so many outputs; without labels, with the head that the checkpoint has: a classifier's, or
    /// the masked words'. A decoder with a classification head, or without labels with the language model's. The head is trainable where
    /// there are labels.
    /// </returns>
    /// <exception cref="BackboneConfigurationException">config.json is missing or wrong.</exception>
    /// <exception cref="CheckpointNotFoundException">There are no weights.</exception>
    /// <exception cref="CheckpointMismatchException">The weights do not fit.</exception>
    public static PeftModel Open(string folder, int? labels, bool shapesAlone = false)
    {
        var blank = shapesAlone && !HasWeights(folder);
        if (DecoderConfigReader.IsDecoder(folder))
        {
            var decoder = blank ? BlankDecoder(folder, labels) : labels is { } outputs ? Pretrained.DecoderClassifier(
                folder, outputs) : Pretrained.LanguageModel(folder);
            return new PeftModel(decoder, labels is null ? null : DecoderClassifier.HeadName);
        }

        var encoder = blank ? BlankEncoder(folder, labels) : labels is { } rows ? Pretrained.Classifier(
            folder, rows, blankHead: true) : WithOwnHead(folder);
        return new PeftModel(encoder, labels is null ? null : SequenceClassifier.HeadName);
    }

    /// <summary>
    /// The number of outputs of the classification head among an adapter's tensors, under the names that this library gives it.
    /// </summary>
    /// <param name="archive">The tensors.</param>
    /// <returns>Rows of the head's last map; null where there is no head.</returns>
    public static int? LabelsIn(ITensorArchive archive) => ((string[])["classifier.weight", "classifier.out_proj.weight", "score.weight"])
        .Where(archive.Tensors.ContainsKey).Select(name => (int?)archive.Tensors[name].Shape[0]).FirstOrDefault();

    /// <summary>Whether a checkpoint folder has weights, and not a configuration alone.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>Whether there are any.</returns>
    public static bool HasWeights(string folder)
    {
        try
        {
            CheckpointFolder.Open(folder).Dispose();
            return true;
        }
        catch (CheckpointNotFoundException)
        {
            return false;
        }
    }

    /// <summary>
    /// The encoder with the checkpoint's head; a bare encoder gets a new classification head, which only stands there so that the model is
    /// whole.
    /// </summary>
    private static nn.Module WithOwnHead(string folder) => HeadOf(folder) switch
    {
        StoredHead.Classifier => Pretrained.Classifier(folder),
        StoredHead.Words => Pretrained.MaskedWords(folder),
        _ => Pretrained.Classifier(folder, EncoderConfigReader.Read(folder).Labels),
    };

    /// <summary>Which head a checkpoint of an encoder stores.</summary>
    /// <param name="folder">The checkpoint folder, with weights.</param>
    /// <returns>The head.</returns>
    /// <exception cref="CheckpointNotFoundException">There are no weights.</exception>
    public static StoredHead HeadOf(string folder)
    {
        using var archive = CheckpointFolder.Open(folder);
        bool Has(params string[] prefixes) =>
            archive.Tensors.Keys.Any(key => prefixes.Any(prefix => key.StartsWith(prefix, StringComparison.Ordinal)));
        return Has("classifier.") ? StoredHead.Classifier : Has("cls.predictions.", "lm_head.") ? StoredHead.Words : StoredHead.None;
    }

    private static nn.Module BlankDecoder(string folder, int? labels)
    {
        var config = DecoderConfigReader.Read(folder);
        return labels is { } outputs
            ? new DecoderClassifier(config with { Labels = outputs }, blank: true) : new CausalLanguageModel(config, blank: true);
    }

    private static SequenceClassifier BlankEncoder(string folder, int? labels)
    {
        var config = EncoderConfigReader.Read(folder);
        return new SequenceClassifier(config with { Labels = labels ?? config.Labels }, blank: true);
    }
}

/// <summary>What a checkpoint has behind its encoder.</summary>
public enum StoredHead
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A classification head.</summary>
    Classifier,

    /// <summary>The head that predicts masked words.</summary>
    Words,
}
