using Peft.Models;
using Peft.Data;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>Finds backbones: the built-in one, or a checkpoint folder.</summary>
public static class BackboneSource
{
    /// <summary>The name of the built-in backbone.</summary>
    public const string BuiltIn = "builtin";

    /// <summary>The name of the built-in decoder; generation tasks take it for <c>builtin</c> as well.</summary>
    public const string BuiltInDecoder = "builtin-gpt2";

    /// <summary>The checkpoint folder behind a name. A repository of the hub is downloaded, the first time that it is asked for.</summary>
    /// <param name="name"><c>builtin</c>, <c>builtin-gpt2</c>, a folder, or a repository of the hub (<c>name</c>, <c>owner/name</c>) where
    /// there is no such folder.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="HubBackboneException">There is no such folder, and the hub does not give such a repository.</exception>
    public static string Folder(string name) => name switch
    {
        BuiltIn => Path.Combine(AppContext.BaseDirectory, "assets", "tiny-bert-en"),
        BuiltInDecoder => Path.Combine(AppContext.BaseDirectory, "assets", "tiny-gpt2-en"),
        _ => HubBackbones.Folder(name),
    };

    /// <summary>The backbone of a run: the built-in one has a decoder beside it for tasks whose model writes texts.</summary>
    internal static string DefaultFor(TaskHead head, string name) =>
        (head, name) is (TaskHead.LanguageModel, BuiltIn) ? BuiltInDecoder : name;

    /// <summary>The token ids of a text, without special tokens around them.</summary>
    /// <param name="tokenizer">The backbone's tokenizer.</param>
    /// <param name="text">The text.</param>
    /// <returns>The ids.</returns>
    public static IReadOnlyList<int> TokensOf(ITokenizer tokenizer, string text)
    {
        var encoding = tokenizer.Encode(text);
        return [.. encoding.Ids.Where((_, index) => !encoding.SpecialTokenMask[index])];
    }

    /// <summary>The tokenizer of a backbone.</summary>
    /// <param name="name"><c>builtin</c> or a folder that holds the vocabulary beside the weights.</param>
    /// <param name="backbone">The backbone, or a model over it: <see cref="SequenceClassifier"/>, <see cref="DecoderClassifier"/> or
    /// <see cref="CausalLanguageModel"/>.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="TextException">There is no vocabulary, or it cannot be read.</exception>
    /// <exception cref="VocabularyMismatchException">The vocabulary has more tokens than the embedding has rows.</exception>
    /// <exception cref="PaddingMismatchException">A RoBERTa's padding token is not the one it counts positions by.</exception>
    public static ITokenizer Tokenizer(string name, nn.Module backbone)
    {
        var tokenizer = TokenizerFiles.Load(Folder(name));
        var rows = BackboneModel.VocabularySize(backbone);
        if (tokenizer.VocabularySize > rows)
            throw new VocabularyMismatchException(Folder(name), tokenizer.VocabularySize, rows);
        if (backbone is SequenceClassifier { Encoder.Config: { Family: EncoderFamily.Roberta, PadId: var padId } }
            && tokenizer.PadId != padId)
            throw new PaddingMismatchException(Folder(name), tokenizer.PadId, padId);
        return tokenizer;
    }
}

/// <summary>A vocabulary does not fit the backbone's embedding.</summary>
/// <param name="folder">The checkpoint folder.</param>
/// <param name="tokens">Tokens in the vocabulary.</param>
/// <param name="rows">Rows of the embedding.</param>
public sealed class VocabularyMismatchException(string folder, int tokens, int rows)
    : Exception($"{folder}: the vocabulary has {tokens} tokens, the word embedding only {rows} rows; the vocabulary belongs to another "
        + "checkpoint.");

/// <summary>A RoBERTa's padding token differs between its vocabulary and its configuration, by which it counts positions.</summary>
/// <param name="folder">The checkpoint folder.</param>
/// <param name="tokenizer">The vocabulary's padding id.</param>
/// <param name="config">The configuration's.</param>
public sealed class PaddingMismatchException(string folder, int tokenizer, int config)
    : Exception(
        $"{folder}: the vocabulary's padding token has id {tokenizer}, config.json says pad_token_id {config}, and RoBERTa counts "
            + "positions by it; "
        + "correct pad_token_id, or put the checkpoint's own vocabulary there.");
