using Peft.Backbones;
using Peft.Text;

namespace Peft.Training;

/// <summary>Finds backbones: the built-in one, or a checkpoint folder.</summary>
public static class BackboneSource
{
    /// <summary>The name of the built-in backbone.</summary>
    public const string BuiltIn = "builtin";

    /// <summary>The checkpoint folder behind a name.</summary>
    /// <param name="name"><c>builtin</c> or a folder.</param>
    /// <returns>The folder.</returns>
    public static string Folder(string name) => name == BuiltIn ? Path.Combine(AppContext.BaseDirectory, "assets", "tiny-bert-en") : name;

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
    /// <param name="config">The backbone's sizes.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="TokenizerNotSupportedException">The folder's vocabulary is a byte-level BPE.</exception>
    /// <exception cref="VocabularyMismatchException">The vocabulary has more tokens than the embedding has rows.</exception>
    public static ITokenizer Tokenizer(string name, EncoderConfig config)
    {
        if (config.Family == EncoderFamily.Roberta && !File.Exists(Path.Combine(Folder(name), "vocab.txt")))
            throw new TokenizerNotSupportedException(Folder(name));
        var tokenizer = WordPieceTokenizer.Load(Folder(name));
        if (tokenizer.VocabularySize > config.VocabularySize)
            throw new VocabularyMismatchException(Folder(name), tokenizer.VocabularySize, config.VocabularySize);
        return tokenizer;
    }
}

/// <summary>A folder's tokenizer is of a kind that this version lacks.</summary>
/// <param name="folder">The checkpoint folder.</param>
public sealed class TokenizerNotSupportedException(string folder)
    : Exception(
        $"{folder}: texts cannot be tokenized for it; "
        + "this version reads WordPiece (vocab.txt or tokenizer.json), RoBERTa's byte-level BPE is not supported yet.");

/// <summary>A vocabulary does not fit the backbone's embedding.</summary>
/// <param name="folder">The checkpoint folder.</param>
/// <param name="tokens">Tokens in the vocabulary.</param>
/// <param name="rows">Rows of the embedding.</param>
public sealed class VocabularyMismatchException(string folder, int tokens, int rows)
    : Exception($"{folder}: the vocabulary has {tokens} tokens, the word embedding only {rows} rows; the vocabulary belongs to another checkpoint.");
