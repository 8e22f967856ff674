namespace Peft.Data;

/// <summary>Loads the tokenizer of a checkpoint, of any kind.</summary>
public static class TokenizerFiles
{
    /// <summary>
    /// Loads WordPiece from <c>vocab.txt</c>, byte-level BPE from <c>vocab.json</c> and <c>merges.txt</c>, Unigram from
    /// <c>sentencepiece.bpe.model</c>, any of them from <c>tokenizer.json</c>.
    /// </summary>
    /// <param name="path">The folder, or one of these files.</param>
    /// <returns>A <see cref="WordPieceTokenizer"/>, a <see cref="BytePairTokenizer"/> or a <see cref="UnigramTokenizer"/>.</returns>
    /// <exception cref="TokenizerFileNotFoundException">There is no tokenizer file.</exception>
    /// <exception cref="TextException">The files cannot be read: see the tokenizers' <c>Load</c>.</exception>
    public static ITokenizer Load(string path) => Load(path, []);

    /// <summary>Loads the tokenizer of a checkpoint with further tokens, whose ids follow the vocabulary's.</summary>
    /// <param name="path">The folder, or one of the tokenizer's files.</param>
    /// <param name="further">Tokens that are not in the vocabulary; recognised anywhere in a normalised text.</param>
    /// <returns>A <see cref="WordPieceTokenizer"/>, a <see cref="BytePairTokenizer"/> or a <see cref="UnigramTokenizer"/>.</returns>
    /// <exception cref="TokenizerFileNotFoundException">There is no tokenizer file.</exception>
    /// <exception cref="TextException">The files cannot be read: see the tokenizers' <c>Load</c>.</exception>
    /// <exception cref="AddedTokensException">A further token is in the vocabulary already.</exception>
    public static ITokenizer Load(string path, IReadOnlyList<string> further)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Path.Exists(path)) throw Missing($"{path}: no such file or folder.");
        if (UnigramLoader.IsThere(path)) return UnigramLoader.Load(path, further);
        if (BytePairLoader.IsThere(path)) return BytePairLoader.Load(path, null, further);
        if (File.Exists(path) || WordPieceLoader.IsThere(path)) return WordPieceLoader.Load(path, null, further);
        var present = string.Join(", ", Directory.EnumerateFiles(path).Select(Path.GetFileName).Order(StringComparer.Ordinal).Take(20));
        throw Missing($"{path}: no vocabulary is there (found: {(present.Length == 0 ? "nothing" : present)}).");
    }

    private static TokenizerFileNotFoundException Missing(string problem) => new(
        $"{problem} Put the model's vocabulary beside its weights: vocab.txt (WordPiece), vocab.json and merges.txt (byte-level BPE), "
            + "sentencepiece.bpe.model (Unigram) or tokenizer.json.");
}
