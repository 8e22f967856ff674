using Peft.Data;

namespace Peft.Models;

/// <summary>Loads models from a checkpoint folder (config.json and weights, Hugging Face's layout).</summary>
public static class Pretrained
{
    private static readonly string[] s_wordHeads = ["cls.", "lm_head."];

    /// <summary>
    /// Loads an encoder with the checkpoint's weights and a classification head. Uses the checkpoint's head if it has the right size, and a
    /// new one otherwise.
    /// </summary>
    /// <param name="folder">The checkpoint folder.</param>
    /// <param name="labels">Outputs of the head; null uses config.json's number and requires the checkpoint to contain the head.</param>
    /// <param name="blankHead">Whether to skip the initialisation of a new head, because its values are loaded later.</param>
    /// <returns>The model, in float32 on the CPU.</returns>
    /// <exception cref="BackboneConfigurationException">config.json is missing or wrong.</exception>
    /// <exception cref="CheckpointNotFoundException">The folder has no weights.</exception>
    /// <exception cref="CheckpointMismatchException">The weights do not match the model.</exception>
    public static SequenceClassifier Classifier(string folder, int? labels = null, bool blankHead = false)
    {
        var config = EncoderConfigReader.Read(folder);
        using var archive = CheckpointFolder.Open(folder);
        var model = new SequenceClassifier(config with { Labels = labels ?? config.Labels }, blank: labels is null || blankHead);
        var head = SequenceClassifier.HeadName + ".";
        var rules = labels is null
            ? new LoadRules([], s_wordHeads)
            : new LoadRules([head], [.. s_wordHeads, head, .. config.Family == EncoderFamily.Roberta
                ? new[] { "roberta.pooler.", "pooler." } : []]);
        CheckpointLoader.Load(model, archive, rules);
        return model;
    }

    /// <summary>Loads an encoder with its masked-word head.</summary>
    /// <param name="folder">The checkpoint folder.</param>
    /// <returns>The model, in float32 on the CPU.</returns>
    /// <exception cref="BackboneConfigurationException">config.json is missing or wrong.</exception>
    /// <exception cref="CheckpointNotFoundException">The folder has no weights.</exception>
    /// <exception cref="CheckpointMismatchException">The weights do not match the model.</exception>
    public static MaskedWordModel MaskedWords(string folder)
    {
        var config = EncoderConfigReader.Read(folder);
        using var archive = CheckpointFolder.Open(folder);
        var pooled = archive.Tensors.Keys.Any(key => key.Contains("pooler.dense.weight", StringComparison.Ordinal));
        var model = new MaskedWordModel(config, pooled, blank: true);
        CheckpointLoader.Load(model, archive, new LoadRules([], ["cls.seq_relationship.", "cls.predictions_ss.", "classifier."]));
        return model;
    }

    /// <summary>Loads a decoder with its language model head.</summary>
    /// <param name="folder">The checkpoint folder.</param>
    /// <param name="dropout">The dropout rate of the decoder in training, from 0 to below 1; null uses config.json's.</param>
    /// <returns>The model, in float32 on the CPU.</returns>
    /// <exception cref="BackboneConfigurationException">config.json is missing or wrong.</exception>
    /// <exception cref="CheckpointNotFoundException">The folder has no weights.</exception>
    /// <exception cref="CheckpointMismatchException">The weights do not match the model.</exception>
    public static CausalLanguageModel LanguageModel(string folder, double? dropout = null)
    {
        var config = ReadDecoder(folder, dropout);
        var model = new CausalLanguageModel(config, blank: true);
        using var archive = new Conv1DArchive(CheckpointFolder.Open(folder));
        CheckpointLoader.Load(model, archive, new LoadRules([], config.TiesHead ? ["lm_head.", "score."] : ["score."]));
        return model;
    }

    /// <summary>
    /// Loads a decoder with a classification head. Uses the checkpoint's head if it has the right size, and a new one otherwise.
    /// </summary>
    /// <param name="folder">The checkpoint folder.</param>
    /// <param name="labels">Outputs of the head; null uses config.json's number and requires the checkpoint to contain the head.</param>
    /// <param name="dropout">The dropout rate of the decoder in training, from 0 to below 1; null uses config.json's.</param>
    /// <returns>The model, in float32 on the CPU.</returns>
    /// <exception cref="BackboneConfigurationException">config.json is missing or wrong.</exception>
    /// <exception cref="CheckpointNotFoundException">The folder has no weights.</exception>
    /// <exception cref="CheckpointMismatchException">The weights do not match the model.</exception>
    public static DecoderClassifier DecoderClassifier(string folder, int? labels = null, double? dropout = null)
    {
        var config = ReadDecoder(folder, dropout);
        var model = new DecoderClassifier(config with { Labels = labels ?? config.Labels }, blank: true);
        using var archive = new Conv1DArchive(CheckpointFolder.Open(folder));
        var head = Models.DecoderClassifier.HeadName + ".";
        CheckpointLoader.Load(model, archive, labels is null ? new LoadRules([], ["lm_head."]) : new LoadRules([head], ["lm_head.", head]));
        return model;
    }

    private static DecoderConfig ReadDecoder(string folder, double? dropout)
    {
        var config = DecoderConfigReader.Read(folder);
        return dropout is { } rate ? config with { EmbeddingDropout = rate, HiddenDropout = rate, AttentionDropout = rate } : config;
    }
}
