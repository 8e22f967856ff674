using Peft.Models;
using Peft.Data;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>Finds backbones: the built-in one, or a checkpoint folder.</summary>
internal static class BackboneSource
{
    /// <summary>The name of the encoder that runs use by default.</summary>
    public const string Default = MiniLmBackbone.Name;

    /// <summary>The name of the built-in encoder, which is small and needs no package.</summary>
    public const string BuiltIn = "builtin";

    /// <summary>The name of the built-in decoder. For generation tasks, <c>builtin</c> means it as well.</summary>
    public const string BuiltInDecoder = "builtin-gpt2";

    /// <summary>Finds the checkpoint folder of a name. A hub repository is downloaded on first use.</summary>
    /// <param name="name"><c>minilm</c>, <c>builtin</c>, <c>builtin-gpt2</c>, a folder, or, if no such folder exists, a hub repository
    /// (<c>name</c>, <c>owner/name</c>).</param>
    /// <param name="notice">Receives a line before something is downloaded; null for none.</param>
    /// <param name="cancellation">Cancels the download.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="HubBackboneException">The folder does not exist, and the hub has no such repository or cannot be
    /// reached.</exception>
    public static string Folder(string name, Action<string>? notice = null, CancellationToken cancellation = default) =>
        FolderOfOwn(name, notice) ?? (HubBackbones.IsRemote(name) ? HubBackbones.Download(name, notice, cancellation) : name);

    /// <summary>
    /// Finds the checkpoint folder of a name that a file holds. A hub repository is used if it is in the cache, and downloaded only if the
    /// user agreed.
    /// </summary>
    /// <param name="file">The file, for the message.</param>
    /// <param name="name">A name as <see cref="Folder"/> takes it.</param>
    /// <param name="allowDownload">Whether the user agreed to a download.</param>
    /// <param name="notice">Receives a line before something is downloaded; null for none.</param>
    /// <param name="cancellation">Cancels the download.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="UnaskedDownloadException">The repository would have to be downloaded, and the user did not agree.</exception>
    /// <exception cref="HubBackboneException">The hub has no such repository or cannot be reached.</exception>
    public static string FolderNamedBy(
        string file, string name, bool allowDownload, Action<string>? notice = null, CancellationToken cancellation = default)
    {
        if (FolderOfOwn(name, notice) is { } own)
            return own;
        if (!HubBackbones.IsRemote(name))
            return name;
        if (HubBackbones.Find(name) is { } cached)
            return cached;
        return allowDownload ? HubBackbones.Download(name, notice, cancellation) : throw new UnaskedDownloadException(file, name);
    }

    private static string? FolderOfOwn(string name, Action<string>? notice) => name switch
    {
        MiniLmBackbone.Name => MiniLmBackbone.Folder(notice),
        BuiltIn => Path.Combine(AppContext.BaseDirectory, "assets", "tiny-bert-en"),
        BuiltInDecoder => Path.Combine(AppContext.BaseDirectory, "assets", "tiny-gpt2-en"),
        _ => null,
    };

    /// <summary>Whether a name is that of a backbone of this library, and not of a user's.</summary>
    internal static bool IsOwn(string name) => name is MiniLmBackbone.Name or BuiltIn or BuiltInDecoder;

    /// <summary>The backbone of a run: the built-in decoder instead of an encoder of this library for generation tasks.</summary>
    internal static string DefaultFor(TaskHead head, string name) =>
        (head, name) is (TaskHead.LanguageModel, MiniLmBackbone.Name or BuiltIn) ? BuiltInDecoder : name;

    /// <summary>Encodes a text without special tokens around it.</summary>
    /// <param name="tokenizer">The backbone's tokenizer.</param>
    /// <param name="text">The text.</param>
    /// <returns>The ids.</returns>
    public static IReadOnlyList<int> TokensOf(ITokenizer tokenizer, string text)
    {
        var encoding = tokenizer.Encode(text);
        return [.. encoding.Ids.Where((_, index) => !encoding.SpecialTokenMask[index])];
    }

    /// <summary>Loads the tokenizer of a backbone.</summary>
    /// <param name="families">The known families.</param>
    /// <param name="name"><c>builtin</c>, or a folder that contains the vocabulary and the weights.</param>
    /// <param name="backbone">The backbone, or a model over it: <see cref="SequenceClassifier"/>, <see cref="DecoderClassifier"/> or
    /// <see cref="CausalLanguageModel"/>.</param>
    /// <param name="added">Tokens that were added to the vocabulary; null for none.</param>
    /// <param name="files">The folder of the vocabulary, if it is not the backbone's.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="TextException">The vocabulary is missing or cannot be read.</exception>
    /// <exception cref="VocabularyMismatchException">The vocabulary has more tokens than the embedding has rows.</exception>
    /// <exception cref="PaddingMismatchException">A RoBERTa's padding token differs between its vocabulary and its
    /// configuration.</exception>
    public static ITokenizer Tokenizer(
        BackboneRegistry families, string name, nn.Module backbone, IReadOnlyList<string>? added = null, string? files = null)
    {
        files ??= Folder(name);
        var tokenizer = TokenizerFiles.Load(files, added ?? []);
        var rows = BackboneModel.Cast(backbone).VocabularySize;
        if (tokenizer.VocabularySize > rows)
            throw new VocabularyMismatchException(files, tokenizer.VocabularySize, rows);
        families.Find(Folder(name)).CheckTokenizer(backbone, tokenizer, files);
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
