using System.Text.Json;
using System.Text.Json.Nodes;

namespace Peft.Models;

/// <summary>
/// The types of other libraries' fields that have no effect here, or that repeat what the tensors say. A value of another type shows that
/// the file is no such configuration, or a damaged one.
/// </summary>
internal static class FieldTypes
{
    private static readonly (string Expected, Func<JsonNode?, bool> Fits, string[] Fields)[] s_types =
    [
        ("true or false", IsFlag, ["inference_mode", "fan_in_fan_out", "init_ia3_weights", "residual_before_ln", "cross_adapter",
            "cross_prefix", "use_pooler", "prefix_projection"]),
        ("true, false or a text", node => IsFlag(node) || IsText(node), ["init_lora_weights", "init_weights",
            "adapter_residual_before_ln"]),
        ("a text", IsText, ["revision", "peft_version", "task_type", "model_type", "model_class", "model_name",
            "name", "version"]),
        ("a number", IsNumber, ["hidden_size", "num_labels", "init_weights_seed", "embedding_size", "encoder_hidden_size",
            "num_attention_heads", "num_layers", "token_dim", "num_transformer_submodules"]),
        ("a number or numbers by pattern", node => IsNumber(node) || (node is JsonObject map && map.All(pair => IsNumber(pair.Value))),
            ["reduction_factor"]),
        ("a text or a list of texts", node => IsText(node) || IsListOf(node, IsText), ["target_modules", "exclude_modules",
            "modules_to_save", "feedforward_modules", "layers_pattern"]),
        ("a whole number or a list of whole numbers", node => IsWhole(node) || IsListOf(node, IsWhole), ["layers_to_transform"]),
        ("a list of whole numbers", node => IsListOf(node, IsWhole), ["leave_out"]),
    ];

    private static readonly Dictionary<string, (string Expected, Func<JsonNode?, bool> Fits)> s_byName = s_types
        .SelectMany(type => type.Fields.Select(field => (field, type))).ToDictionary(
            pair => pair.field, pair => (pair.type.Expected, pair.type.Fits));

    /// <summary>What is expected of a field, if its value is of another type; null if it fits or is not known here.</summary>
    /// <param name="name">The field.</param>
    /// <param name="value">Its value; null fits every field.</param>
    public static string? Mismatch(string name, JsonNode? value) =>
        value is not null && s_byName.TryGetValue(name, out var type) && !type.Fits(value) ? type.Expected : null;

    private static bool IsFlag(JsonNode? node) => Kind(node) is JsonValueKind.True or JsonValueKind.False;

    private static bool IsText(JsonNode? node) => Kind(node) == JsonValueKind.String;

    private static bool IsNumber(JsonNode? node) => Kind(node) == JsonValueKind.Number;

    private static bool IsWhole(JsonNode? node) => node is JsonValue value && IsNumber(node) && value.TryGetValue<int>(out var number)
        && number >= 0;

    private static bool IsListOf(JsonNode? node, Func<JsonNode?, bool> fits) => node is JsonArray list && list.All(fits);

    private static JsonValueKind? Kind(JsonNode? node) => node?.GetValueKind();
}
