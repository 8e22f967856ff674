using Peft.Data;
using static TorchSharp.torch;

namespace Peft.Models;

/// <summary>Creates the backbone that an adapter's files need, with a head of the right size.</summary>
public static class AdapterBackbone
{
    /// <summary>Loads a backbone with the head that an adapter's tensors include, or without one.</summary>
    /// <param name="folder">A checkpoint folder.</param>
    /// <param name="labels">Outputs of the classification head in the adapter's files; null if they contain none.</param>
    /// <param name="shapesAlone">Whether <c>config.json</c> is enough. If the folder has no weights, the model is then randomly
    /// initialised, and only its names and shapes are valid.</param>
    /// <returns>An encoder with a classification head of that many outputs; without labels, with the checkpoint's own head (a
    /// classification or masked-word head). Or a decoder with a classification head; without labels, with the language model head. The head
    /// is trainable if labels are given.</returns>
    /// <exception cref="BackboneConfigurationException">config.json is missing or wrong.</exception>
    /// <exception cref="CheckpointNotFoundException">The folder has no weights.</exception>
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

    /// <summary>The number of outputs of the classification head in an adapter's tensors, under this library's names.</summary>
    /// <param name="archive">The tensors.</param>
    /// <returns>Rows of the head's last linear map; null if there is no head.</returns>
    public static int? LabelsIn(ITensorArchive archive) => ((string[])["classifier.weight", "classifier.out_proj.weight", "score.weight"])
        .Where(archive.Tensors.ContainsKey).Select(name => (int?)archive.Tensors[name].Shape[0]).FirstOrDefault();

    /// <summary>Whether a checkpoint folder contains weights and not only a configuration.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>Whether the folder contains weights.</returns>
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
    /// The encoder with the checkpoint's head. A bare encoder gets a new classification head, so that the model is complete.
    /// </summary>
    private static nn.Module WithOwnHead(string folder) => HeadOf(folder) switch
    {
        StoredHead.Classifier => Pretrained.Classifier(folder),
        StoredHead.Words => Pretrained.MaskedWords(folder),
        _ => Pretrained.Classifier(folder, EncoderConfigReader.Read(folder).Labels),
    };

    /// <summary>Which head an encoder's checkpoint stores.</summary>
    /// <param name="folder">The checkpoint folder, with weights.</param>
    /// <returns>The head.</returns>
    /// <exception cref="CheckpointNotFoundException">The folder has no weights.</exception>
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

/// <summary>The head of an encoder's checkpoint.</summary>
public enum StoredHead
{
    /// <summary>No head.</summary>
    None,

    /// <summary>A classification head.</summary>
    Classifier,

    /// <summary>The masked-word head.</summary>
    Words,
}
