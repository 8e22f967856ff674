namespace Peft.Data;

/// <summary>One field of a file of cases, and the tokenizer that it is compared with.</summary>
internal sealed class TokenizerCheck
{
    /// <summary>
    /// The recorded byte-level ids come from Hugging Face's older Python tokenizers, loaded directly from the two files. These encode a
    /// special token in a text like other text, and give no tokens for a text of only blanks.
    /// </summary>
    private static readonly Func<BytePairOptions, BytePairOptions> s_asRecorded = options =>
        options with { SpecialTokensInText = false, KeepBlankTexts = false };

    private readonly Func<CaseRow, (int[] Expected, int[] Found)?> _compare;
    private int _rows;
    private int _differing;

    private TokenizerCheck(string field, Func<CaseRow, (int[] Expected, int[] Found)?> compare) => (Field, _compare) = (field, compare);

    public string Field { get; }

    public TokenizerTally Tally => new(Field, _rows, _differing);

    /// <summary>The checks whose vocabulary is in a folder, or in a subfolder with its usual name.</summary>
    public static IReadOnlyList<TokenizerCheck> All(string folder)
    {
        var checks = new List<TokenizerCheck>();
        if (WordPieceIn(folder) is { } wordPiece)
        {
            checks.Add(Ids("bert_uncased", WordPieceTokenizer.Load(wordPiece, new WordPieceOptions())));
            checks.Add(Ids("bert_cased_rules", WordPieceTokenizer.Load(wordPiece, new WordPieceOptions { LowerCase = false })));
        }

        if (BytePairIn(folder, "roberta-base") is { ClsId: not null } roberta) checks.Add(Ids("roberta", roberta));
        if (BytePairIn(folder, "gpt2") is { ClsId: null } gpt2)
        {
            checks.Add(new TokenizerCheck("gpt2", row => row.Ids("gpt2") is { } expected ? (expected, gpt2.Encode(row.Text).Ids) : null));
            checks.Add(new TokenizerCheck("gpt2_decoded", row => Decoded(row, gpt2)));
        }

        return checks.Count > 0 ? checks : throw new TokenizerFileNotFoundException(
            $"{folder}: no vocabulary is there. Give a folder that holds bert-base-uncased, roberta-base or gpt2, or one with vocab.txt "
                + "or vocab.json and merges.txt.");
    }

    /// <summary>Compares one row; null if it agrees or lacks the field.</summary>
    public TokenizerDifference? Compare(CaseRow row)
    {
        if (_compare(row) is not var (expected, found)) return null;
        _rows++;
        if (expected.AsSpan().SequenceEqual(found)) return null;
        _differing++;
        return new TokenizerDifference(Field, row.Line, row.Text, row.Pair, expected, found);
    }

    private static TokenizerCheck Ids(string field, ITokenizer tokenizer) =>
        new(field, row => row.Ids(field) is { } expected ? (expected, tokenizer.Encode(row.Text, row.Pair, row.MaxLength).Ids) : null);

    /// <summary>Texts as UTF-16 units, so that a difference shows its position.</summary>
    private static (int[] Expected, int[] Found)? Decoded(CaseRow row, BytePairTokenizer gpt2) =>
        row.Ids("gpt2") is { } ids && row.StringOf("gpt2_decoded") is { } expected ? (Units(expected), Units(gpt2.Decode(ids))) : null;

    private static int[] Units(string text) => [.. text.Select(unit => (int)unit)];

    private static string? WordPieceIn(string folder)
    {
        var nested = Path.Combine(folder, "bert-base-uncased", "vocab.txt");
        if (File.Exists(nested)) return nested;
        return File.Exists(Path.Combine(folder, "vocab.txt")) ? folder : null;
    }

    private static BytePairTokenizer? BytePairIn(string folder, string name)
    {
        var nested = Path.Combine(folder, name);
        var source = Directory.Exists(nested) ? nested : folder;
        if (!Directory.Exists(source) || !BytePairLoader.IsThere(source)) return null;
        return BytePairTokenizer.Load(source, s_asRecorded(BytePairTokenizer.Load(source).Options));
    }
}
