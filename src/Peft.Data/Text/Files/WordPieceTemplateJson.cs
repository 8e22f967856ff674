namespace Peft.Data;

/// <summary>Checks that a WordPiece <c>tokenizer.json</c> puts BERT's special tokens around texts: no others are implemented.</summary>
internal static class WordPieceTemplateJson
{
    private const string Key = "post_processor";

    /// <param name="file">The file.</param>
    /// <param name="options">The rules, whose special tokens count.</param>
    /// <param name="tokens">The vocabulary, by id.</param>
    /// <exception cref="TokenizerConfigException">It asks for another sequence.</exception>
    public static void Check(JsonFile file, WordPieceOptions options, IReadOnlyList<string> tokens)
    {
        if (!file.Root.TryGetProperty(Key, out var step)) return;
        var (single, pair) = Bert(options.ClassToken, options.SeparatorToken);
        var found = TokenizerSteps.TypeOf(file, Key, step) switch
        {
            "BertProcessing" => Bert(SequenceStepJson.Named(file, step, "cls", tokens), SequenceStepJson.Named(file, step, "sep", tokens)),
            "TemplateProcessing" => (
                SequenceStepJson.Template(file, step, "single", tokens), SequenceStepJson.Template(file, step, "pair", tokens)),
            var other => throw new TokenizerConfigException(
                $"{file.Path}: '{Key}' is of type '{Excerpt.Cut(other ?? "none")}'; a WordPiece tokenizer as BERT's has BertProcessing or "
                    + "TemplateProcessing there. This library implements no other."),
        };
        if (found != (single, pair))
            throw new TokenizerConfigException(
                $"{file.Path}: '{Key}' builds '{Excerpt.Cut(found.Item1)}' and '{Excerpt.Cut(found.Item2)}'; only BERT's '{single}' and "
                + $"'{pair}' are implemented.");
    }

    private static (string Single, string Pair) Bert(string first, string last) =>
        ($"{first}:0 $A:0 {last}:0", $"{first}:0 $A:0 {last}:0 $B:1 {last}:1");
}
