namespace Peft.Data;

/// <summary>Finds and reads the files of a WordPiece tokenizer.</summary>
internal static class WordPieceLoader
{
    private const string VocabularyName = "vocab.txt", TokenizerName = TokenizerFolder.TokenizerName;

    public static WordPieceTokenizer Load(string path, WordPieceOptions? options, IReadOnlyList<string>? further = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var vocabularyFile = Find(path);
        var isJson = vocabularyFile.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
        using var files = new TokenizerFolder(
            Path.GetDirectoryName(Path.GetFullPath(vocabularyFile))!, isJson ? vocabularyFile : null);
        var vocabulary = new VocabularyBuilder();
        if (!isJson) AddLines(vocabularyFile, vocabulary);
        if (files.Tokenizer is { } json) TokenizerJson.AddTokens(json, vocabulary, isRequired: isJson);
        var names = new SpecialTokenNames(files);
        AddedTokenFiles.AddIds(files, names, vocabulary);
        foreach (var token in further ?? []) vocabulary.AppendNew(token, path);
        var tokens = vocabulary.Build(vocabularyFile);
        return new WordPieceTokenizer(
            new WordPieceVocabulary(tokens, vocabularyFile), (options ?? Rules(files, names, tokens.Tokens)).With(further), vocabularyFile);
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

    private static WordPieceOptions Rules(TokenizerFolder files, SpecialTokenNames names, IReadOnlyList<string> tokens)
    {
        var options = new WordPieceOptions();
        if (files.Tokenizer is { } json) options = TokenizerJson.Apply(options, json);
        if (files.Config is { } config) options = TokenizerConfigJson.Apply(options, config);
        options = TokenizerConfigJson.Apply(options, names);
        if (files.Tokenizer is { } steps) WordPieceTemplateJson.Check(steps, options, tokens);
        return options with { AddedTokens = AddedTokenFiles.Rules(files, names, options.AddedTokens) };
    }

    private static void AddLines(string file, VocabularyBuilder vocabulary)
    {
        List<string> lines;
        try
        {
            lines = TextLines.ReadVocabulary(file);
        }
        catch (TextEncodingException problem)
        {
            throw new VocabularyException($"{problem.Message} Expected one token per line; a tokenizer.json must keep its ending.");
        }

        if (lines.Count == 0) // special tokens that other files name would hide it
            throw new VocabularyException($"{file}: the vocabulary is empty. Expected one token per line.");
        for (var id = 0; id < lines.Count; id++) vocabulary.AddToModel(lines[id], id, file);
    }
}
