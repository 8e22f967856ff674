namespace Peft.Data;

/// <summary>
/// Compares this library's tokenizers with recorded ids. The file has one JSON object per line: <c>text</c>, optionally <c>pair</c> and
/// <c>max_length</c>, and the expected ids of each tokenizer. These are <c>bert_uncased</c>; <c>bert_cased_rules</c>, the same vocabulary
/// without lower-casing; <c>roberta</c>; <c>gpt2</c>, without pair or limit; and <c>gpt2_decoded</c>, the text decoded from those ids.
/// </summary>
internal static class TokenizerCases
{
    private const int DifferencesKept = 10;
    private static readonly string[] s_inputFields = ["text", "pair", "max_length"];

    /// <summary>Checks every row of a file, with each tokenizer whose vocabulary is available.</summary>
    /// <param name="casesFile">The file of cases.</param>
    /// <param name="vocabularyFolder">A folder with some of <c>bert-base-uncased</c>, <c>roberta-base</c> and <c>gpt2</c>, or one with a
    /// vocabulary's own files.</param>
    /// <exception cref="TokenizerFileNotFoundException">The file or all vocabularies are missing.</exception>
    /// <exception cref="TokenizerCasesException">A row cannot be read.</exception>
    public static TokenizerReport Check(string casesFile, string vocabularyFolder)
    {
        RegularFile.Check(casesFile);
        if (!File.Exists(casesFile)) throw new TokenizerFileNotFoundException(
            $"{casesFile}: no such file. Give the file of cases, one JSON object per line.");
        var checks = TokenizerCheck.All(vocabularyFolder);
        var differences = new List<TokenizerDifference>();
        var notChecked = new SortedSet<string>(StringComparer.Ordinal);
        var rows = 0;
        var line = 0;
        foreach (var content in Lines(casesFile))
        {
            line++;
            if (string.IsNullOrWhiteSpace(content)) continue;
            rows++;
            using var row = CaseRow.Parse(content, casesFile, line);
            foreach (var check in checks)
            {
                if (check.Compare(row) is { } difference && differences.Count < DifferencesKept) differences.Add(difference);
            }

            notChecked.UnionWith(row.Fields.Except(s_inputFields).Where(field => checks.All(check => check.Field != field)));
        }

        return new TokenizerReport(rows, [.. checks.Select(check => check.Tally)], differences, [.. notChecked]);
    }

    private static List<string> Lines(string file)
    {
        try
        {
            return TextLines.Read(file);
        }
        catch (TextEncodingException problem)
        {
            throw new TokenizerCasesException(problem.Message, problem);
        }
    }
}
