using System.Text.Json;

namespace Peft.Data;

/// <summary>Reads the template of a sequence from a <c>tokenizer.json</c>: its <c>post_processor</c>.</summary>
internal static class PostProcessorJson
{
    private const string Key = "post_processor";

    public static BytePairOptions Apply(BytePairOptions options, JsonFile file, IReadOnlyList<string> tokens)
    {
        options = options with {
            SingleTemplate = BytePairOptions.Gpt2.SingleTemplate, PairTemplate = BytePairOptions.Gpt2.PairTemplate, TrimOffsets = false };
        return JsonFile.Value(file.Root, Key) is { } processor ? Step(options, file, processor, tokens) : options;
    }

    private static BytePairOptions Step(BytePairOptions options, JsonFile file, JsonElement step, IReadOnlyList<string> tokens) =>
        TokenizerSteps.TypeOf(file, Key, step) switch
        {
            "ByteLevel" => options with { TrimOffsets = TrimsOffsets(file, step) },
            "RobertaProcessing" => Roberta(options, file, step, tokens),
            "TemplateProcessing" => options with
            {
                SingleTemplate = SequenceStepJson.Template(file, step, "single", tokens),
                PairTemplate = SequenceStepJson.Template(file, step, "pair", tokens),
            },
            "Sequence" when JsonFile.Value(step, "processors") is { ValueKind: JsonValueKind.Array } steps =>
                steps.EnumerateArray().Aggregate(options, (sofar, next) => Step(sofar, file, next, tokens)),
            var other => throw new TokenizerConfigException(
                $"{file.Path}: '{Key}' is of type '{Excerpt.Cut(other ?? "none")}'. Expected ByteLevel, RobertaProcessing, "
                    + "TemplateProcessing or a Sequence of them."),
        };

    private static BytePairOptions Roberta(BytePairOptions options, JsonFile file, JsonElement step, IReadOnlyList<string> tokens)
    {
        var (first, last) = (SequenceStepJson.Named(file, step, "cls", tokens), SequenceStepJson.Named(file, step, "sep", tokens));
        return options with
        {
            ClassToken = first,
            SeparatorToken = last,
            SingleTemplate = $"{first} $A {last}",
            PairTemplate = $"{first} $A {last} {last} $B {last}",
            TrimOffsets = TrimsOffsets(file, step),
        };
    }

    private static bool TrimsOffsets(JsonFile file, JsonElement step)
    {
        // Of no effect here: the step before it adds the space.
        file.Flag(step, "add_prefix_space");
        file.Flag(step, "use_regex");
        return file.Flag(step, "trim_offsets") ?? true;
    }
}
