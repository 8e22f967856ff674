using Peft.Data;
using static TorchSharp.torch;

namespace Peft.Models;

/// <summary>
/// A family of backbones that share the fields of their config.json and the names of their parameters, such as BERT's or GPT-2's. Every
/// command and run finds it in the <see cref="BackboneRegistry"/> by the <c>model_type</c> of config.json. A plugin can add one.
/// </summary>
public interface IBackboneFamily
{
    /// <summary>The values of <c>model_type</c> that the family reads.</summary>
    IReadOnlyList<string> ModelTypes { get; }

    /// <summary>Whether <see cref="BackboneSettings.Dropout"/> replaces the dropouts of config.json. By default not.</summary>
    bool TakesDropout => false;

    /// <summary>
    /// A classifier with a checkpoint's weights and a head: the checkpoint's where it has one of that size, new otherwise.
    /// </summary>
    /// <param name="folder">The checkpoint folder.</param>
    /// <param name="outputs">Outputs of the head.</param>
    /// <param name="settings">How to load it.</param>
    /// <returns>A module that implements <see cref="IClassifierBackbone"/>, in float32 on the CPU.</returns>
    /// <exception cref="BackboneConfigurationException">config.json is wrong.</exception>
    nn.Module LoadClassifier(string folder, int outputs, BackboneSettings settings);

    /// <summary>A language model with a checkpoint's weights.</summary>
    /// <param name="folder">The checkpoint folder.</param>
    /// <param name="settings">How to load it.</param>
    /// <returns>The model; null where the family has no decoders.</returns>
    CausalLanguageModel? LoadLanguageModel(string folder, BackboneSettings settings) => null;

    /// <summary>
    /// A classifier of every token with a checkpoint's weights and a head: the checkpoint's where it has one of that size, new otherwise.
    /// </summary>
    /// <param name="folder">The checkpoint folder.</param>
    /// <param name="outputs">Outputs of the head.</param>
    /// <param name="settings">How to load it.</param>
    /// <returns>A module that implements <see cref="ITokenClassifierBackbone"/>, in float32 on the CPU; null where the family has
    /// none.</returns>
    /// <exception cref="BackboneConfigurationException">config.json is wrong.</exception>
    nn.Module? LoadTokenClassifier(string folder, int outputs, BackboneSettings settings) => null;

    /// <summary>
    /// An encoder with a checkpoint's weights and its masked-word head, for continued pretraining: a new head, tied to the word embedding,
    /// where the checkpoint has none.
    /// </summary>
    /// <param name="folder">The checkpoint folder.</param>
    /// <param name="settings">How to load it.</param>
    /// <returns>A module that implements <see cref="IMaskedWordBackbone"/>, in float32 on the CPU; null where the family has
    /// none.</returns>
    /// <exception cref="BackboneConfigurationException">config.json is wrong.</exception>
    nn.Module? LoadMaskedWords(string folder, BackboneSettings settings) => null;

    /// <summary>
    /// The model that a checkpoint stores, with its own head. Commands that convert, merge or describe adapters without a run use it. By
    /// default, the language model where the family has one, and otherwise a classifier with two outputs.
    /// </summary>
    /// <param name="folder">The checkpoint folder.</param>
    /// <param name="settings">How to load it.</param>
    /// <returns>A module that implements <see cref="IBackbone"/>.</returns>
    /// <exception cref="BackboneConfigurationException">config.json is wrong.</exception>
    nn.Module LoadStored(string folder, BackboneSettings settings) =>
        LoadLanguageModel(folder, settings) ?? LoadClassifier(folder, outputs: 2, settings);

    /// <summary>
    /// One line about a configuration for <c>peft inspect</c>: layers, widths, positions. By default the <c>model_type</c>.
    /// </summary>
    /// <param name="folder">The checkpoint folder.</param>
    /// <returns>The line.</returns>
    string Describe(string folder) => ConfigFile.Read(folder, fields => fields.Text("model_type"));

    /// <summary>Checks what the family asks of a vocabulary. By default nothing.</summary>
    /// <param name="backbone">The backbone.</param>
    /// <param name="tokenizer">The vocabulary beside its weights.</param>
    /// <param name="folder">The checkpoint folder, for the message.</param>
    void CheckTokenizer(nn.Module backbone, ITokenizer tokenizer, string folder)
    {
    }
}

/// <summary>The pooler of a classifier whose head is new. A checkpoint without a pooler always gets a new one.</summary>
public enum PoolerChoice
{
    /// <summary>A new one where the checkpoint is a sentence encoder (it has <c>modules.json</c>), whose stored pooler was not trained; the
    /// stored one otherwise.</summary>
    Auto,

    /// <summary>The stored one, which adapters leave frozen.</summary>
    Stored,

    /// <summary>A new one, which is trained and saved with the head.</summary>
    New,
}

/// <summary>How a backbone is loaded.</summary>
/// <param name="BlankHead">Whether a new head's values come from elsewhere, so that they need not be initialised.</param>
/// <param name="Dropout">Every dropout inside the backbone, from 0 to below 1; null for config.json's.</param>
/// <param name="ShapesOnly">Whether only names and shapes are needed, so that weights need not be read or be there.</param>
public sealed record BackboneSettings(bool BlankHead = false, double? Dropout = null, bool ShapesOnly = false)
{
    /// <summary>
    /// The names of the task's labels in their order; null where it has none. A stored head whose outputs have the same names is matched by
    /// name.
    /// </summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>Tokens beside the checkpoint's own; null for none. Families that cannot have any throw.</summary>
    public AddedIds? Added { get; init; }

    /// <summary>Which pooler a classifier of texts gets, if its head is new. Other backbones ignore it.</summary>
    public PoolerChoice Pooler { get; init; }

    /// <summary>Receives a line about each part of a checkpoint that is left out or newly initialised; null to say nothing.</summary>
    public Action<string>? Notice { get; init; }
}
