using Peft.Data;

namespace Peft.Models;

/// <summary>Creates the backbone that an adapter's files need, with a head of the right size.</summary>
internal static class AdapterBackbone
{
    /// <summary>The kind of a head on every token, in the files of adapters.</summary>
    public const string Tokens = "tokens";

    /// <summary>The kind of a masked-word head.</summary>
    public const string Words = "words";

    /// <summary>Loads a backbone with the head that an adapter's tensors include, or with its own.</summary>
    /// <param name="families">The known families.</param>
    /// <param name="folder">A checkpoint folder.</param>
    /// <param name="labels">Outputs of the classification head in the adapter's files; null if they contain none.</param>
    /// <param name="settings">The added tokens and the pooler; null for the defaults.</param>
    /// <param name="shapesAlone">Whether <c>config.json</c> is enough. If the folder has no weights, the model is then randomly
    /// initialised, and only its names and shapes are valid.</param>
    /// <param name="kind">The kind of the head, if the adapter's files say; null for a classifier of texts, and for none.</param>
    /// <returns>The backbone with a classification head of that many outputs, which is trainable; without labels, with the head that the
    /// checkpoint stores.</returns>
    /// <exception cref="BackboneConfigurationException">config.json is missing or wrong.</exception>
    /// <exception cref="CheckpointNotFoundException">The folder has no weights.</exception>
    /// <exception cref="CheckpointMismatchException">The weights do not fit.</exception>
    public static PeftModel Open(
        BackboneRegistry families, string folder, int? labels, BackboneSettings? settings = null, bool shapesAlone = false,
        string? kind = null)
    {
        settings = (settings ?? new BackboneSettings()) with { BlankHead = true, ShapesOnly = shapesAlone && !HasWeights(folder) };
        var family = families.Find(folder);
        if (kind == Words && family.LoadMaskedWords(folder, settings) is { } words)
            return new PeftModel(words, ((IBackbone)words).TrainedParts) { HeadKind = kind };
        if (labels is not { } outputs)
        {
            var stored = family.LoadStored(folder, settings);
            return new PeftModel(stored, settings.Added is null ? [] : ((IBackbone)stored).TrainedParts);
        }

        var classifier = (kind == Tokens ? family.LoadTokenClassifier(folder, outputs, settings) : null)
            ?? family.LoadClassifier(folder, outputs, settings);
        return new PeftModel(classifier, ((IBackbone)classifier).TrainedParts) { HeadKind = kind };
    }

    /// <summary>Creates a backbone whose names and shapes are valid, without reading weights, to plan what a method trains.</summary>
    /// <param name="families">The known families.</param>
    /// <param name="folder">A checkpoint folder.</param>
    /// <returns>The backbone with a trainable head where it is a classifier.</returns>
    /// <exception cref="BackboneConfigurationException">config.json is missing or wrong.</exception>
    public static PeftModel Shapes(BackboneRegistry families, string folder)
    {
        var module = families.Find(folder).LoadStored(folder, new BackboneSettings(BlankHead: true, ShapesOnly: true));
        return new PeftModel(module, ((IBackbone)module).TrainedParts);
    }

    /// <summary>The number of outputs of the classification head in an adapter's tensors, under this library's names.</summary>
    /// <param name="archive">The tensors.</param>
    /// <returns>Rows of the head's last linear map; null if there is no head.</returns>
    public static int? LabelsIn(ITensorArchive archive) => ((string[])["classifier.weight", "classifier.out_proj.weight", "score.weight"])
        .Where(archive.Tensors.ContainsKey).Select(name => (int?)archive.Tensors[name].Shape[0]).FirstOrDefault();

    /// <summary>The pooler that an adapter was trained with: a new one if its files contain it, the checkpoint's otherwise.</summary>
    /// <param name="path">The adapter's folder or file.</param>
    /// <exception cref="CheckpointNotFoundException">The path contains no tensors.</exception>
    /// <exception cref="TensorFileException">A file violates its format.</exception>
    public static PoolerChoice PoolerOf(string path)
    {
        using var archive = AdapterArchives.Open(path);
        return archive.Tensors.Keys.Any(name => name.EndsWith("pooler.dense.weight", StringComparison.Ordinal)) // BitFit has its bias alone
            ? PoolerChoice.New : PoolerChoice.Stored;
    }

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
}
