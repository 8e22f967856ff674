using System.Text.Json;

namespace Peft.Data;

/// <summary>
/// A Unigram tokenizer in a <c>tokenizer.json</c>. A step that is not implemented is refused, because ignoring it changes ids.
/// </summary>
internal static class UnigramJson
{
    private const string Normalizer = "normalizer", Splitting = "pre_tokenizer";

    public static bool IsUnigram(JsonFile file) => JsonFile.Value(file.Root, "model") is { ValueKind: JsonValueKind.Object } model
        && (file.Text(model, "type", "model.type")
            ?? (JsonFile.Value(model, "vocab") is { ValueKind: JsonValueKind.Array } ? "Unigram" : null)) == "Unigram";

    /// <summary>Reads the pieces and the rules.</summary>
    /// <param name="file">The file.</param>
    /// <param name="vocabulary">Receives the tokens.</param>
    /// <param name="scores">Receives the scores by id.</param>
    public static UnigramOptions Read(JsonFile file, VocabularyBuilder vocabulary, Dictionary<int, float> scores)
    {
        if (!IsUnigram(file)) throw new TokenizerConfigException($"{file.Path}: 'model' is not Unigram; use the tokenizer of its kind.");
        var model = JsonFile.Value(file.Root, "model")!.Value;
        if (file.Flag(model, "byte_fallback") == true)
            throw Unsupported(file, "model.byte_fallback", "true");
        AddPieces(file, model, vocabulary, scores);
        TokenizerSteps.CheckOthers(file, "Metaspace");
        var options = new UnigramOptions { CollapsesBlanks = false, StripsEnd = false, AddsPrefix = false };
        foreach (var step in Steps(file, Normalizer, "normalizers")) options = Normalize(options, file, step);
        foreach (var step in Steps(file, Splitting, "pretokenizers")) options = Split(options, file, step);
        var unknown = file.Whole(model, "unk_id", 0, int.MaxValue, "model.unk_id")
            ?? throw new TokenizerConfigException($"{file.Path}: 'model.unk_id' is missing: the number of the unknown token.");
        var pieces = JsonFile.Value(model, "vocab")!.Value;
        return unknown < pieces.GetArrayLength()
            ? options with { UnknownToken = pieces[unknown][0].GetString()! }
            : throw new TokenizerConfigException($"{file.Path}: 'model.unk_id' is {unknown}, and 'model.vocab' has "
                + $"{pieces.GetArrayLength()} pieces.");
    }

    /// <summary>The options with the file's templates.</summary>
    public static UnigramOptions Template(UnigramOptions options, JsonFile file, IReadOnlyList<string> tokens)
    {
        const string Key = "post_processor";
        if (JsonFile.Value(file.Root, Key) is not { } step) return options;
        return TokenizerSteps.TypeOf(file, Key, step) is "TemplateProcessing"
            ? options with
            {
                SingleTemplate = SequenceStepJson.Template(file, step, "single", tokens),
                PairTemplate = SequenceStepJson.Template(file, step, "pair", tokens),
            }
            : throw Unsupported(file, $"{Key}.type", TokenizerSteps.TypeOf(file, Key, step));
    }

    private static void AddPieces(JsonFile file, JsonElement model, VocabularyBuilder vocabulary, Dictionary<int, float> scores)
    {
        if (JsonFile.Value(model, "vocab") is not { ValueKind: JsonValueKind.Array } list)
            throw new TokenizerConfigException($"{file.Path}: 'model.vocab' must be a list of pieces with scores.");
        if (list.GetArrayLength() > SentencePieceModel.MaxPieces)
            throw new TokenizerConfigException($"{file.Path}: 'model.vocab' has {list.GetArrayLength():N0} pieces; expected at most "
                + $"{SentencePieceModel.MaxPieces:N0}. Give the model's own file.");
        var id = 0;
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Array || item.GetArrayLength() != 2 || item[0].ValueKind != JsonValueKind.String
                || item[0].GetString() is not { Length: > 0 } text || item[1].ValueKind != JsonValueKind.Number
                || !float.IsFinite((float)item[1].GetDouble()))
                throw file.Wrong($"model.vocab[{id}]", "a list of a piece and its score", item);
            vocabulary.AddToModel(text, id, file.Path);
            scores.Add(id++, (float)item[1].GetDouble());
        }
    }

    /// <summary>The steps of a sequence, or the one step; none where the key is absent.</summary>
    private static IEnumerable<JsonElement> Steps(JsonFile file, string key, string list)
    {
        if (JsonFile.Value(file.Root, key) is not { } step) return [];
        if (TokenizerSteps.TypeOf(file, key, step) != "Sequence") return [step];
        return JsonFile.Value(step, list) is { ValueKind: JsonValueKind.Array } steps
            ? steps.EnumerateArray() : throw file.Wrong($"{key}.{list}", "a list of steps", step);
    }

    private static UnigramOptions Normalize(UnigramOptions options, JsonFile file, JsonElement step)
    {
        NormalizerStep? more = TokenizerSteps.TypeOf(file, Normalizer, step) switch
        {
            "Precompiled" => Precompiled(file, step),
            "Nmt" => NormalizerSteps.Nmt,
            "Strip" or "Replace" => null,
            var other => throw Unsupported(file, $"{Normalizer}.type", other),
        };
        if (more is not null) return options with { Steps = [.. options.Steps, more] };
        return file.Text(step, "type") == "Strip"
            ? options with { StripsEnd = file.Flag(step, "strip_right") ?? false }
            : Replace(options, file, step);
    }

    private static NormalizerStep? Precompiled(JsonFile file, JsonElement step)
    {
        var text = file.Text(step, "precompiled_charsmap", $"{Normalizer}.precompiled_charsmap");
        if (string.IsNullOrEmpty(text)) return (from, to) => Copy(from, to);
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length)
            ? NormalizerSteps.Map(new CharacterMap(bytes.AsSpan(0, length), file.Path))
            : throw new TokenizerConfigException($"{file.Path}: '{Normalizer}.precompiled_charsmap' is not base64. Fetch the file again.");
    }

    private static void Copy(OriginText from, OriginText to)
    {
        for (var i = 0; i < from.Count; i++) to.Add(from.Characters[i], from[i].Start, from[i].End);
    }

    /// <summary>The one replacement that files have: of several spaces by one space or mark.</summary>
    private static UnigramOptions Replace(UnigramOptions options, JsonFile file, JsonElement step)
    {
        var pattern = JsonFile.Value(step, "pattern") is { ValueKind: JsonValueKind.Object } found ? file.Text(found, "Regex") : null;
        return pattern == " {2,}" && file.Text(step, "content") is " " or "\u2581"
            ? options with { JoinsBlanks = true }
            : throw Unsupported(file, $"{Normalizer}.pattern", pattern ?? "another one");
    }

    private static UnigramOptions Split(UnigramOptions options, JsonFile file, JsonElement step)
    {
        switch (TokenizerSteps.TypeOf(file, Splitting, step))
        {
            case "WhitespaceSplit":
                return options with { SplitsAtBlanks = true, CollapsesBlanks = true, StripsEnd = true };
            case "Metaspace":
                if (file.Text(step, "replacement") is not (null or "\u2581") and var mark)
                    throw Unsupported(file, $"{Splitting}.replacement", mark);
                var scheme = file.Text(step, "prepend_scheme");
                if (scheme is not (null or "always" or "never")) throw Unsupported(file, $"{Splitting}.prepend_scheme", scheme);
                file.Flag(step, "split");
                return options with { AddsPrefix = scheme is null ? file.Flag(step, "add_prefix_space") ?? true : scheme == "always" };
            case var other:
                throw Unsupported(file, $"{Splitting}.type", other);
        }
    }

    private static TokenizerConfigException Unsupported(JsonFile file, string key, string? found) => new(
        $"{file.Path}: '{key}' is '{Excerpt.Cut(found ?? "none")}', which is not implemented for a Unigram tokenizer. Ignoring it would "
            + "change the tokens: use a tokenizer as XLM-RoBERTa's.");
}
