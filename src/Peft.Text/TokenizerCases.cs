namespace Peft.Text;

/// <summary>
/// Compares this library's tokenizers with recorded ids: a file with one JSON object per line, <c>text</c>, optionally <c>pair</c> and
/// <c>max_length</c>, and the expected ids per tokenizer (<c>bert_uncased</c>; <c>bert_cased_rules</c>: the same vocabulary without lower-casing).
/// </summary>
public static class TokenizerCases
{
    private const int DifferencesKept = 10;
    private static readonly string[] InputFields = ["text", "pair", "max_length"];

    /// <summary>Checks every row of a file.</summary>
    /// <param name="casesFile">The file of cases.</param>
    /// <param name="vocabularyFolder">A folder with <c>bert-base-uncased/vocab.txt</c>, or with <c>vocab.txt</c> itself.</param>
    /// <exception cref="TokenizerFileNotFoundException">The file or the vocabulary is not there.</exception>
    /// <exception cref="TokenizerCasesException">A row cannot be read.</exception>
    public static TokenizerReport Check(string casesFile, string vocabularyFolder)
    {
        if (!File.Exists(casesFile)) throw new TokenizerFileNotFoundException($"{casesFile}: no such file. Give the file of cases, one JSON object per line.");
        var uncased = LoadVocabulary(vocabularyFolder, new WordPieceOptions());
        var cased = LoadVocabulary(vocabularyFolder, new WordPieceOptions { LowerCase = false });
        var checks = new[] { new Checked("bert_uncased", uncased), new Checked("bert_cased_rules", cased) };
        var differences = new List<TokenizerDifference>();
        var notChecked = new SortedSet<string>(StringComparer.Ordinal);
        var rows = 0;
        var line = 0;
        foreach (var content in File.ReadLines(casesFile))
        {
            line++;
            if (string.IsNullOrWhiteSpace(content)) continue;
            rows++;
            using var row = CaseRow.Parse(content, casesFile, line);
            foreach (var check in checks) check.Compare(row, differences);
            notChecked.UnionWith(row.Fields.Except(InputFields).Where(field => checks.All(check => check.Field != field)));
        }

        return new TokenizerReport(rows, [.. checks.Select(check => check.Tally)], differences, [.. notChecked]);
    }

    private static WordPieceTokenizer LoadVocabulary(string folder, WordPieceOptions options)
    {
        var nested = Path.Combine(folder, "bert-base-uncased", "vocab.txt");
        return WordPieceTokenizer.Load(File.Exists(nested) ? nested : folder, options);
    }

    private sealed class Checked(string name, WordPieceTokenizer tokenizer)
    {
        private int rows;
        private int differing;

        public string Field => name;

        public TokenizerTally Tally => new(name, rows, differing);

        public void Compare(CaseRow row, List<TokenizerDifference> differences)
        {
            if (row.Ids(name) is not { } expected) return;
            rows++;
            var found = tokenizer.Encode(row.Text, row.Pair, row.MaxLength).Ids;
            if (expected.AsSpan().SequenceEqual(found)) return;
            differing++;
            if (differences.Count < DifferencesKept) differences.Add(new TokenizerDifference(name, row.Line, row.Text, row.Pair, expected, found));
        }
    }
}
