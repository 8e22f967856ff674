using System.Globalization;
using System.Text.Json;

namespace Peft.Data;

/// <summary>Reads the template of a sequence from a <c>tokenizer.json</c>: its <c>post_processor</c>.</summary>
internal static class PostProcessorJson
{
    public static BytePairOptions Apply(BytePairOptions options, JsonFile file)
    {
        options = options with {
            SingleTemplate = BytePairOptions.Gpt2.SingleTemplate, PairTemplate = BytePairOptions.Gpt2.PairTemplate, TrimOffsets = false };
        return JsonFile.Value(file.Root, "post_processor") is { } processor ? Step(options, file, processor) : options;
    }

    private static BytePairOptions Step(BytePairOptions options, JsonFile file, JsonElement step) => file.Token(step, "type") switch
    {
        "ByteLevel" => options with { TrimOffsets = file.Flag(step, "trim_offsets") ?? true },
        "RobertaProcessing" => Roberta(options, file, step),
        "TemplateProcessing" =>
            options with { SingleTemplate = Template(file, step, "single"), PairTemplate = Template(file, step, "pair") },
        "Sequence" when JsonFile.Value(step, "processors") is { ValueKind: JsonValueKind.Array } steps =>
            steps.EnumerateArray().Aggregate(options, (sofar, next) => Step(sofar, file, next)),
        var other => throw new TokenizerConfigException(
            $"{file.Path}: 'post_processor' is of type '{other}'. Expected ByteLevel, RobertaProcessing, TemplateProcessing or a "
                + "Sequence of them."),
    };

    private static BytePairOptions Roberta(BytePairOptions options, JsonFile file, JsonElement step)
    {
        var (first, last) = (FirstOf(file, step, "cls"), FirstOf(file, step, "sep"));
        return options with
        {
            ClassToken = first,
            SeparatorToken = last,
            SingleTemplate = $"{first} $A {last}",
            PairTemplate = $"{first} $A {last} {last} $B {last}",
            TrimOffsets = file.Flag(step, "trim_offsets") ?? true,
        };
    }

    /// <summary>A token written as a list of text and id.</summary>
    private static string FirstOf(JsonFile file, JsonElement step, string key) =>
        JsonFile.Value(step, key) is { ValueKind: JsonValueKind.Array } pair && pair.GetArrayLength() > 0
            && pair[0].ValueKind == JsonValueKind.String
            ? pair[0].GetString()!
            : throw new TokenizerConfigException($"{file.Path}: 'post_processor.{key}' must be a list of a token and its id.");

    private static string Template(JsonFile file, JsonElement step, string key)
    {
        if (JsonFile.Value(step, key) is not { ValueKind: JsonValueKind.Array } parts)
            throw new TokenizerConfigException($"{file.Path}: 'post_processor.{key}' must be a list of SpecialToken and Sequence.");
        return string.Join(' ', parts.EnumerateArray().Select(part =>
        {
            var special = JsonFile.Value(part, "SpecialToken");
            var item = special ?? JsonFile.Value(part, "Sequence");
            if (item is not { } found || file.Token(found, "id") is not { Length: > 0 } id)
                throw new TokenizerConfigException(
                    $"{file.Path}: 'post_processor.{key}' must be a list of SpecialToken and Sequence, each with its id.");
            var type = (int)(file.Number(found, "type_id") ?? 0);
            return string.Create(CultureInfo.InvariantCulture, $"{(special is null ? "$" : "")}{id}:{type}");
        }));
    }
}
