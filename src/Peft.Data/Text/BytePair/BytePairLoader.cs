namespace Peft.Data;

/// <summary>Finds and reads the files of a byte-level BPE tokenizer.</summary>
internal static class BytePairLoader
{
    private const string TokenizerName = TokenizerFolder.TokenizerName;
    private static readonly (string Vocabulary, string Merges)[] s_pairNames =
        [("vocab.json", "merges.txt"), ("encoder.json", "vocab.bpe")];

    public static BytePairTokenizer Load(string path, BytePairOptions? options, IReadOnlyList<string>? further = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var files = Find(path);
        using var json = new TokenizerFolder(
            Path.GetDirectoryName(Path.GetFullPath(files.Vocabulary))!, files.Merges is null ? files.Vocabulary : null);
        var vocabulary = new VocabularyBuilder();
        var merges = files.Merges is null
            ? FromTokenizerJson(json.Tokenizer!, vocabulary) : FromPair(files.Vocabulary, files.Merges, json.Tokenizer, vocabulary);
        var names = new SpecialTokenNames(json);
        AddedTokenFiles.AddIds(json, names, vocabulary);
        foreach (var token in further ?? []) vocabulary.AppendNew(token, path);
        var tokens = vocabulary.Build(files.Vocabulary);
        return new BytePairTokenizer(tokens, merges, (options ?? Rules(json, names, tokens.Tokens)).With(further), files.Vocabulary);
    }

    /// <summary>Whether a folder or file contains such a tokenizer, judging by names and the model's type.</summary>
    public static bool IsThere(string path)
    {
        if (!Directory.Exists(path)) return Path.GetFileName(path) != "vocab.txt"
            && (!IsTokenizerJson(path) || BytePairJson.IsBytePair(path));
        if (File.Exists(Path.Combine(path, "vocab.txt"))) return false;
        if (s_pairNames.Any(pair => File.Exists(Path.Combine(path, pair.Vocabulary))
            || File.Exists(Path.Combine(path, pair.Merges)))) return true;
        var json = Path.Combine(path, TokenizerName);
        return File.Exists(json) && BytePairJson.IsBytePair(json);
    }

    /// <summary>RoBERTa's rules if the vocabulary has its first and last token, else GPT-2's.</summary>
    public static BytePairOptions DefaultOptions(IReadOnlyList<string> tokens) =>
        tokens.Contains("<s>") && tokens.Contains("</s>") ? BytePairOptions.Roberta : BytePairOptions.Gpt2;

    private static (string Vocabulary, string? Merges) Find(string path)
    {
        if (File.Exists(path)) return PairOf(path) is { } pair ? Complete(Path.GetDirectoryName(path)!, pair) : (path, null);
        if (!Directory.Exists(path)) throw Missing($"{path}: no such file or folder.");
        foreach (var pair in s_pairNames)
        {
            if (File.Exists(Path.Combine(path, pair.Vocabulary))
                && File.Exists(Path.Combine(path, pair.Merges))) return Complete(path, pair);
        }

        if (File.Exists(Path.Combine(path, TokenizerName))) return (Path.Combine(path, TokenizerName), null);
        foreach (var pair in s_pairNames)
        {
            if (File.Exists(Path.Combine(path, pair.Vocabulary))
                || File.Exists(Path.Combine(path, pair.Merges))) return Complete(path, pair);
        }

        var present = string.Join(", ", Directory.EnumerateFiles(path).Select(Path.GetFileName).Order(StringComparer.Ordinal).Take(20));
        throw Missing($"{path}: no byte-level BPE tokenizer is there (found: {(present.Length == 0 ? "nothing" : present)}).");
    }

    private static (string Vocabulary, string Merges)? PairOf(string file)
    {
        foreach (var pair in s_pairNames)
        {
            if (Path.GetFileName(file) == pair.Vocabulary || Path.GetFileName(file) == pair.Merges) return pair;
        }

        return null;
    }

    private static (string Vocabulary, string Merges) Complete(string folder, (string Vocabulary, string Merges) names)
    {
        var (vocabulary, merges) = (Path.Combine(folder, names.Vocabulary), Path.Combine(folder, names.Merges));
        foreach (var (there, lacking) in ((string, string)[])[(vocabulary, merges), (merges, vocabulary)])
        {
            if (!File.Exists(lacking)) throw Missing($"{lacking}: no such file, but {there} is there and needs it.");
        }

        return (vocabulary, merges);
    }

    private static BytePairOptions Rules(TokenizerFolder files, SpecialTokenNames names, IReadOnlyList<string> tokens)
    {
        var options = DefaultOptions(tokens);
        if (files.Tokenizer is { } json) options = BytePairJson.Apply(options, json, tokens);
        if (files.Config is { } config) options = BytePairConfigJson.Apply(options, config);
        options = BytePairConfigJson.Apply(options, names);
        return options with { AddedTokens = AddedTokenFiles.Rules(files, names, options.AddedTokens) };
    }

    private static List<MergePair> FromPair(string vocabularyFile, string merges, JsonFile? json, VocabularyBuilder vocabulary)
    {
        using var file = JsonFile.Open(vocabularyFile);
        foreach (var (token, id) in VocabularyJson.Entries(file, file.Root, "")) vocabulary.AddToModel(token, id, file.Path);
        if (json is not null && JsonFile.Value(json.Root, "model") is { } model)
            VocabularyJson.AddModel(json, model, vocabulary, isRequired: false);
        return MergesFile.Read(merges);
    }

    private static List<MergePair> FromTokenizerJson(JsonFile json, VocabularyBuilder vocabulary)
    {
        var model = BytePairJson.RequireBytePair(json);
        VocabularyJson.AddModel(json, model, vocabulary, isRequired: true);
        return BytePairJson.Merges(json, model);
    }

    private static bool IsTokenizerJson(string path) => File.Exists(path) && PairOf(path) is null;

    private static TokenizerFileNotFoundException Missing(string problem) => new(
        $"{problem} Give a folder with vocab.json and merges.txt, encoder.json and vocab.bpe, or tokenizer.json, or one of these files.");
}
