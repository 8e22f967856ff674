using System.Text;

namespace Peft.Data;

/// <summary>Finds and reads the files of a WordPiece tokenizer.</summary>
internal static class WordPieceLoader
{
    private const string VocabularyName = "vocab.txt", TokenizerName = "tokenizer.json", ConfigName = "tokenizer_config.json";

    public static WordPieceTokenizer Load(string path, WordPieceOptions? options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var vocabularyFile = Find(path);
        var folder = Path.GetDirectoryName(Path.GetFullPath(vocabularyFile))!;
        var isJson = vocabularyFile.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
        var tokenizerFile = isJson ? vocabularyFile : Path.Combine(folder, TokenizerName);
        var rules = options ?? new WordPieceOptions();
        IReadOnlyList<string> tokens;
        if (isJson || (options is null && File.Exists(tokenizerFile)))
        {
            using var json = JsonFile.Open(tokenizerFile);
            if (options is null) rules = TokenizerJson.Apply(rules, json);
            tokens = isJson ? TokenizerJson.Tokens(json) : ReadLines(vocabularyFile);
        }
        else
        {
            tokens = ReadLines(vocabularyFile);
        }

        var configFile = Path.Combine(folder, ConfigName);
        if (options is null && File.Exists(configFile))
        {
            using var json = JsonFile.Open(configFile);
            rules = TokenizerConfigJson.Apply(rules, json);
        }

        return new WordPieceTokenizer(new WordPieceVocabulary(tokens, vocabularyFile), rules, vocabularyFile);
    }

    /// <summary>Whether a folder contains a file that this class reads.</summary>
    public static bool IsThere(string folder) =>
        File.Exists(Path.Combine(folder, VocabularyName)) || File.Exists(Path.Combine(folder, TokenizerName));

    private static string Find(string path)
    {
        if (File.Exists(path)) return path;
        if (!Directory.Exists(path))
        {
            throw new TokenizerFileNotFoundException(
                $"{path}: no such file or folder. Give a folder with {VocabularyName} or {TokenizerName}, or one of these files.");
        }

        foreach (var name in (string[])[VocabularyName, TokenizerName])
        {
            if (File.Exists(Path.Combine(path, name))) return Path.Combine(path, name);
        }

        var present = string.Join(", ", Directory.EnumerateFiles(path).Select(Path.GetFileName).Order(StringComparer.Ordinal).Take(20));
        throw new TokenizerFileNotFoundException(
            $"{path}: neither {VocabularyName} nor {TokenizerName} is there (found: {(present.Length == 0 ? "nothing" : present)}). "
            + "Put the model's vocabulary beside its weights.");
    }

    private static string[] ReadLines(string file)
    {
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(file));
        }
        catch (DecoderFallbackException)
        {
            throw new VocabularyException($"{file}: not UTF-8 text. Expected one token per line; a tokenizer.json must keep its ending.");
        }

        if (text.Length == 0) return [];
        var lines = text.Split('\n');
        if (lines[^1].Length == 0) lines = lines[..^1];
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].EndsWith('\r')) lines[i] = lines[i][..^1];
        }

        return lines;
    }
}
