using System.Text.Json;

namespace Peft.Server;

/// <summary>
/// The parameters of OpenAI's requests that this server does not support. One that would change the answer is refused unless it has its
/// default value; the others are ignored.
/// </summary>
internal static class OpenAiParameters
{
    private static readonly string[] s_ignored =
    [
        "user", "metadata", "store", "service_tier", "safety_identifier", "prompt_cache_key", "prompt_cache_retention",
        "parallel_tool_calls",
    ];

    /// <summary>Unsupported parameters, with their values that change nothing, as JSON.</summary>
    private static readonly Dictionary<string, string[]> s_unsupported = new(StringComparer.Ordinal)
    {
        ["n"] = ["1"], ["best_of"] = ["1"], ["echo"] = ["false"], ["suffix"] = ["\"\""],
        ["logprobs"] = ["false"], ["top_logprobs"] = ["0"], ["logit_bias"] = ["{}"],
        ["frequency_penalty"] = ["0", "0.0"], ["presence_penalty"] = ["0", "0.0"],
        ["tools"] = ["[]"], ["tool_choice"] = ["\"none\"", "\"auto\""], ["functions"] = ["[]"], ["function_call"] = ["\"none\""],
        ["response_format"] = ["{\"type\":\"text\"}"], ["modalities"] = ["[\"text\"]"], ["audio"] = [], ["prediction"] = [],
        ["reasoning_effort"] = ["\"none\""], ["verbosity"] = [], ["web_search_options"] = [], ["dimensions"] = [],
        ["tool_calls"] = ["[]"], ["refusal"] = [], ["annotations"] = ["[]"],
    };

    /// <summary>Refuses what is not supported.</summary>
    /// <param name="others">The parameters that were not read.</param>
    /// <param name="where">What stands in front of their names.</param>
    /// <exception cref="RequestProblemException">One is unknown, or would change the answer.</exception>
    public static void Refuse(IReadOnlyDictionary<string, JsonElement> others, string where = "")
    {
        foreach (var (name, value) in others)
        {
            if (value.ValueKind == JsonValueKind.Null || s_ignored.Contains(name))
                continue;
            if (!s_unsupported.TryGetValue(name, out var neutral))
                throw Problem(where + name, "there is no such parameter; leave it out");
            if (!neutral.Contains(JsonSerializer.Serialize(value)))
            {
                var allowed = neutral.Length > 0 ? $" other than as {neutral[0]}" : "";
                throw Problem(where + name, $"this server does not support it{allowed}; leave it out");
            }
        }
    }

    /// <summary>A problem with a parameter.</summary>
    public static RequestProblemException Problem(string parameter, string problem) =>
        new($"{Short(parameter)}: {problem}.") { Parameter = Short(parameter) };

    /// <summary>Texts that are given as one text or as a list.</summary>
    /// <exception cref="RequestProblemException">The value is neither.</exception>
    public static IReadOnlyList<string> Texts(string parameter, JsonElement? given) => given switch
    {
        null or { ValueKind: JsonValueKind.Null } => [],
        { ValueKind: JsonValueKind.String } text => [RequestText.Read(parameter, text)],
        { ValueKind: JsonValueKind.Array } list when list.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String) =>
            [.. list.EnumerateArray().Select(one => RequestText.Read(parameter, one))],
        _ => throw Problem(parameter, "expected a text or a list of texts"),
    };

    private static string Short(string text) => text.Length > 100 ? string.Concat(text.AsSpan(0, 100), "...") : text;
}
