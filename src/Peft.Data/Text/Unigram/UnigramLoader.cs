namespace Peft.Data;

/// <summary>Finds and reads the files of a Unigram tokenizer.</summary>
internal static class UnigramLoader
{
    public const string ModelName = "sentencepiece.bpe.model";
    private const string TokenizerName = TokenizerFolder.TokenizerName;
    private static readonly string[] s_first = ["<s>", "<pad>", "</s>", "<unk>"];
    private static readonly string[] s_theirs = ["<unk>", "<s>", "</s>"];

    public static UnigramTokenizer Load(string path, IReadOnlyList<string>? further = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var file = Find(path);
        var isJson = file.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
        using var files = new TokenizerFolder(Path.GetDirectoryName(Path.GetFullPath(file))!, isJson ? file : null);
        var (vocabulary, scores) = (new VocabularyBuilder(), new Dictionary<int, float>());
        var options = isJson ? UnigramJson.Read(files.Tokenizer!, vocabulary, scores) : FromModel(file, vocabulary, scores);
        var names = new SpecialTokenNames(files);
        AddedTokenFiles.AddIds(files, names, vocabulary);
        foreach (var token in further ?? []) vocabulary.AppendNew(token, path);
        var tokens = vocabulary.Build(file);
        if (files.Config is { } config)
        {
            TokenizerConfigFields.Check(config);
            options = options with { ModelMaxLength = TokenizerConfigJson.ModelMaxLength(config) };
        }

        options = options.With(names);
        if (files.Tokenizer is { } json && UnigramJson.IsUnigram(json)) options = UnigramJson.Template(options, json, tokens.Tokens);
        AddedToken[] defaults = [new(options.MaskToken) { StripLeft = true }];
        options = options with { AddedTokens = AddedTokenFiles.Rules(files, names, defaults) };
        return new UnigramTokenizer(tokens, scores, options.With(further), file);
    }

    /// <summary>Whether a folder or file is of this kind, judging by names and the model's type.</summary>
    public static bool IsThere(string path)
    {
        if (Directory.Exists(path))
        {
            return File.Exists(Path.Combine(path, ModelName))
                || (!((string[])["vocab.txt", "vocab.json", "merges.txt", "encoder.json"])
                        .Any(name => File.Exists(Path.Combine(path, name)))
                    && IsJson(Path.Combine(path, TokenizerName)));
        }

        return path.EndsWith(".model", StringComparison.Ordinal)
            || (path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) && IsJson(path));
    }

    private static bool IsJson(string path)
    {
        if (!File.Exists(path)) return false;
        using var file = JsonFile.Open(path);
        return UnigramJson.IsUnigram(file);
    }

    private static string Find(string path)
    {
        if (File.Exists(path)) return path;
        foreach (var name in (string[])[ModelName, TokenizerName])
        {
            if (File.Exists(Path.Combine(path, name))) return Path.Combine(path, name);
        }

        throw new TokenizerFileNotFoundException(
            $"{path}: neither {ModelName} nor {TokenizerName} is there. Put the model's vocabulary beside its weights.");
    }

    /// <summary>
    /// Gives the pieces XLM-RoBERTa's ids, which are fairseq's: the special tokens first, then every piece one higher than in the file.
    /// </summary>
    private static UnigramOptions FromModel(string file, VocabularyBuilder vocabulary, Dictionary<int, float> scores)
    {
        var model = SentencePieceModel.Read(file);
        if (model.Pieces.Count < s_theirs.Length || !model.Pieces.Take(s_theirs.Length).Select(piece => piece.Text).SequenceEqual(s_theirs))
            throw new SentencePieceException(file, $"its first pieces are not {string.Join(", ", s_theirs)}, so its ids are not "
                + "XLM-RoBERTa's; give a tokenizer.json instead");
        for (var id = 0; id < s_first.Length; id++) vocabulary.AddToModel(s_first[id], id, file);
        for (var index = s_theirs.Length; index < model.Pieces.Count; index++)
        {
            var (text, score, kind) = model.Pieces[index];
            vocabulary.AddToModel(text, index + 1, file);
            if (kind == PieceKind.Normal) scores.Add(index + 1, score);
        }

        vocabulary.AddOutside("<mask>", model.Pieces.Count + 1, file);
        return new UnigramOptions
        {
            Steps = model.Map is { } map ? [NormalizerSteps.Map(map)] : [],
            AddsPrefix = model.AddsPrefix,
            CollapsesBlanks = model.CollapsesBlanks,
            StripsEnd = model.CollapsesBlanks,
        };
    }
}
