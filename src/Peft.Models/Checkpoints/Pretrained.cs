using Peft.Data;

namespace Peft.Models;

/// <summary>Loads models from a checkpoint folder (config.json and weights, Hugging Face's layout).</summary>
public static class Pretrained
{
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
    public static SequenceClassifier Classifier(string folder, int? labels = null, bool blankHead = false) =>
        Classifier(folder, labels, new BackboneSettings(BlankHead: blankHead));

    internal static SequenceClassifier Classifier(string folder, int? labels, BackboneSettings settings)
    {
        var config = EncoderConfigReader.Read(folder, settings.Notice) with { Added = settings.Added };
        using var archive = CheckpointFolder.Open(folder);
        config = config with { Labels = labels ?? config.Labels };
        StatedSize.Check(archive, folder, config);
        var parts = StoredParts.Encoder(archive, config);
        var model = new SequenceClassifier(
            config, blank: labels is null || settings.BlankHead);
        var head = config.Layout.ClassifierParts;
        var plan = labels is null ? null : HeadPlan.Create(
            archive, parts, model, head, config.LabelNames, config.Architecture, settings);
        var keepsHead = plan?.IsKept ?? true;
        var usesPooler = config.Layout.Classifier == ClassifierKind.Pooled;
        var replacesPooler = !keepsHead && parts.Has("pooler")
            && (settings.Pooler == PoolerChoice.New || (settings.Pooler == PoolerChoice.Auto && SentenceModules.Has(folder)));
        model.TrainsPooler = usesPooler && labels is not null && (!parts.Has("pooler") || replacesPooler);
        IReadOnlyList<string> others = [.. parts.OtherHeads(head), .. usesPooler ? [] : parts.Under("pooler")];
        var missing = ((IBackbone)model).TrainedParts.Where(part => !keepsHead || !head.Contains(part)).Select(part => part + ".");
        CheckpointLoader.Load(
            model, archive, new LoadRules([.. missing], [.. others, .. keepsHead ? [] : head.SelectMany(parts.Under)]));
        plan?.Finish();
        if (model.TrainsPooler)
            model.Encoder.ResetPooler();
        parts.Report(others, settings.Notice);
        Report(archive, plan?.Notice, settings);
        if (model.TrainsPooler)
            Report(archive, ReasonOfPooler(replacesPooler, settings) + ": it is trained and saved with the head", settings);
        return model;
    }

    private static string ReasonOfPooler(bool replaces, BackboneSettings settings) => (replaces, settings.Pooler) switch
    {
        (false, _) => "the pooler is new, because there is none",
        (_, PoolerChoice.Auto) => "the pooler is new, because that of a sentence encoder was not trained",
        _ => "the pooler is new",
    };

    /// <summary>
    /// Loads an encoder with the checkpoint's weights and a classification head on every token. Uses the checkpoint's head if it has the
    /// right size, and a new one otherwise.
    /// </summary>
    /// <param name="folder">The checkpoint folder.</param>
    /// <param name="labels">Outputs of the head; null uses config.json's number and requires the checkpoint to contain the head.</param>
    /// <returns>The model, in float32 on the CPU.</returns>
    /// <exception cref="BackboneConfigurationException">config.json is missing or wrong.</exception>
    /// <exception cref="CheckpointNotFoundException">The folder has no weights.</exception>
    /// <exception cref="CheckpointMismatchException">The weights do not match the model.</exception>
    public static TokenClassifier TokenClassifier(string folder, int? labels = null) =>
        TokenClassifier(folder, labels, new BackboneSettings());

    internal static TokenClassifier TokenClassifier(string folder, int? labels, BackboneSettings settings)
    {
        var config = EncoderConfigReader.Read(folder, settings.Notice) with { Added = settings.Added };
        using var archive = CheckpointFolder.Open(folder);
        config = config with { Labels = labels ?? config.Labels };
        StatedSize.Check(archive, folder, config);
        var parts = StoredParts.Encoder(archive, config);
        var model = new TokenClassifier(config, blank: labels is null || settings.BlankHead);
        const string Head = Models.TokenClassifier.HeadName;
        var plan = labels is null ? null : HeadPlan.Create(
            archive, parts, model, [Head], config.LabelNames, config.Architecture, settings, HeadPlan.OtherThanTokens);
        var keepsHead = plan?.IsKept ?? true;
        var others = parts.OtherHeads([Head]);
        string[] missing = [.. keepsHead ? [] : (string[])[Head + "."], .. Added(model)];
        CheckpointLoader.Load(model, archive, new LoadRules(
            missing, [.. others, .. parts.Under("pooler"), .. keepsHead ? [] : parts.Under(Head)]));
        plan?.Finish();
        parts.Report(others, settings.Notice);
        Report(archive, plan?.Notice, settings);
        return model;
    }

    /// <summary>Loads an encoder without a head, as <c>BertModel</c> is saved. Heads of the checkpoint are left out.</summary>
    /// <param name="folder">The checkpoint folder.</param>
    /// <returns>The model, in float32 on the CPU.</returns>
    /// <exception cref="BackboneConfigurationException">config.json is missing or wrong.</exception>
    /// <exception cref="CheckpointNotFoundException">The folder has no weights.</exception>
    /// <exception cref="CheckpointMismatchException">The weights do not match the model.</exception>
    public static BareEncoder Encoder(string folder) => Encoder(folder, new BackboneSettings());

    internal static BareEncoder Encoder(string folder, BackboneSettings settings)
    {
        var config = EncoderConfigReader.Read(folder, settings.Notice);
        using var archive = CheckpointFolder.Open(folder);
        StatedSize.Check(archive, folder, config);
        var parts = StoredParts.Encoder(archive, config);
        var model = new BareEncoder(config, parts.Has("pooler"), blank: true);
        var others = parts.OtherHeads();
        CheckpointLoader.Load(model, archive, new LoadRules([], others));
        parts.Report(others, settings.Notice);
        return model;
    }

    /// <summary>
    /// Loads an encoder with its masked-word head; where the checkpoint has none, with a new one, tied to the word embedding, which is
    /// trained (<see cref="MaskedWordModel.TrainsHead"/>).
    /// </summary>
    /// <param name="folder">The checkpoint folder.</param>
    /// <returns>The model, in float32 on the CPU.</returns>
    /// <exception cref="BackboneConfigurationException">config.json is missing or wrong.</exception>
    /// <exception cref="CheckpointNotFoundException">The folder has no weights.</exception>
    /// <exception cref="CheckpointMismatchException">The weights do not match the model.</exception>
    public static MaskedWordModel MaskedWords(string folder) => MaskedWords(folder, new BackboneSettings());

    internal static MaskedWordModel MaskedWords(string folder, BackboneSettings settings)
    {
        var config = EncoderConfigReader.Read(folder, settings.Notice);
        using var archive = CheckpointFolder.Open(folder);
        StatedSize.Check(archive, folder, config);
        var parts = StoredParts.Encoder(archive, config);
        var head = config.Layout.WordHead;
        var isNew = !head.All(parts.Has);
        if (isNew)
            config = config with { TiesHead = true };
        else if (config.TiesHead)
            CheckTied(archive, config);
        var model = new MaskedWordModel(config, parts.Has("pooler"), blank: true) { TrainsHead = isNew };
        var others = parts.OtherHeads(head).Where(key => !CheckpointKeys.IsConstant(key)).ToList();
        CheckpointLoader.Load(model, archive, new LoadRules(isNew ? [.. head.Select(part => part + ".")] : [], others));
        parts.Report(others, settings.Notice);
        if (isNew)
            Report(archive, "the masked-word head is new, tied to the word embedding, because there is none: it is trained and saved with "
                + "the adapter", settings);
        return model;
    }

    /// <summary>Loads a decoder with its language model head.</summary>
    /// <param name="folder">The checkpoint folder.</param>
    /// <param name="dropout">The dropout rate of the decoder in training, from 0 to below 1; null uses config.json's.</param>
    /// <returns>The model, in float32 on the CPU.</returns>
    /// <exception cref="BackboneConfigurationException">config.json is missing or wrong.</exception>
    /// <exception cref="CheckpointNotFoundException">The folder has no weights.</exception>
    /// <exception cref="CheckpointMismatchException">The weights do not match the model.</exception>
    public static CausalLanguageModel LanguageModel(string folder, double? dropout = null) =>
        LanguageModel(folder, new BackboneSettings(Dropout: dropout));

    internal static CausalLanguageModel LanguageModel(string folder, BackboneSettings settings)
    {
        var config = ReadDecoder(folder, settings);
        using var archive = new Conv1DArchive(CheckpointFolder.Open(folder));
        StatedSize.Check(archive, folder, config);
        var model = new CausalLanguageModel(config, blank: true);
        if (config.TiesHead)
            TiedWeights.Check(archive, ["lm_head.weight"], ["transformer.wte.weight", "wte.weight"]);
        var parts = StoredParts.Decoder(archive);
        var others = parts.OtherHeads(CausalLanguageModel.HeadKey);
        if (config is { Added: not null, TiesHead: false })
            throw new AddedTokensException(folder, "its head has a matrix of its own, to which tokens cannot be added; use a backbone with "
                + "tie_word_embeddings");
        CheckpointLoader.Load(
            model, archive, new LoadRules(Added(model), config.TiesHead ? [.. others, CausalLanguageModel.HeadKey + "."] : others));
        parts.Report(others, settings.Notice);
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
    public static DecoderClassifier DecoderClassifier(string folder, int? labels = null, double? dropout = null) =>
        DecoderClassifier(folder, labels, new BackboneSettings(Dropout: dropout));

    internal static DecoderClassifier DecoderClassifier(string folder, int? labels, BackboneSettings settings)
    {
        var config = ReadDecoder(folder, settings);
        config = config with { Labels = labels ?? config.Labels };
        using var archive = new Conv1DArchive(CheckpointFolder.Open(folder));
        StatedSize.Check(archive, folder, config);
        var model = new DecoderClassifier(config, blank: true);
        var parts = StoredParts.Decoder(archive);
        const string Head = Models.DecoderClassifier.HeadName;
        var plan = labels is null ? null : HeadPlan.Create(archive, parts, model, [Head], config.LabelNames, config.Architecture, settings);
        var others = parts.OtherHeads(Head);
        CheckpointLoader.Load(
            model, archive, plan is null or { IsKept: true }
                ? new LoadRules(Added(model), others)
                : new LoadRules([.. Added(model), Head + "."], [.. others, Head + "."]));
        plan?.Finish();
        parts.Report(others, settings.Notice);
        Report(archive, plan?.Notice, settings);
        return model;
    }

    /// <summary>The names of rows that a checkpoint lacks, because their tokens are added.</summary>
    private static string[] Added(IExtendedVocabulary model) =>
        model.Added is null ? [] : [model.AddedPart + "."];

    private static DecoderConfig ReadDecoder(string folder, BackboneSettings settings)
    {
        var config = DecoderConfigReader.Read(folder, settings.Notice) with { Added = settings.Added };
        return settings.Dropout is { } rate
            ? config with { EmbeddingDropout = rate, HiddenDropout = rate, AttentionDropout = rate }
            : config;
    }

    /// <summary>Compares the masked-word head's stored copies with the word embedding and the head's bias.</summary>
    private static void CheckTied(ITensorArchive archive, EncoderConfig config)
    {
        const string Words = "embeddings.word_embeddings.weight";
        TiedWeights.Check(archive, [config.Layout.WordMatrix], [$"{config.KeyPrefix}.{Words}", Words]);
        foreach (var (copy, source) in config.Layout.WordCopies)
            TiedWeights.Check(archive, [copy], [source]);
    }

    private static void Report(ITensorArchive archive, string? line, BackboneSettings settings)
    {
        if (line is not null)
            settings.Notice?.Invoke($"{archive.Path}: {line}");
    }
}
