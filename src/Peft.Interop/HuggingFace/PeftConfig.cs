using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Peft.Interop.HuggingFace;

/// <summary>An <c>adapter_config.json</c> of Hugging Face's PEFT: fields with their defaults, and a check that nothing active is passed over.</summary>
internal sealed class PeftConfig
{
    public const string FileName = "adapter_config.json";

    /// <summary>Fields of every type that say nothing about the computation, or that the tensors' keys say again.</summary>
    private static readonly string[] Inert =
    [
        "auto_mapping", "base_model_name_or_path", "inference_mode", "peft_type", "peft_version", "revision", "task_type", "target_modules", "exclude_modules",
        "modules_to_save", "fan_in_fan_out", "layers_to_transform", "layers_pattern", "runtime_config", "megatron_core", "qalora_group_size",
    ];

    private readonly JsonObject _fields;

    private PeftConfig(string file, JsonObject fields) => (File, _fields) = (file, fields);

    public string File { get; }

    public string PeftType => Text("peft_type") ?? throw new ForeignConfigException(File, "peft_type", "is missing; expected LORA, IA3, PREFIX_TUNING, PROMPT_TUNING or LN_TUNING");

    /// <summary>What the adapter's authors loaded the backbone from, or null.</summary>
    public string? BaseModel => Text("base_model_name_or_path");

    public string? TaskType => Text("task_type");

    public static PeftConfig Read(string folder)
    {
        var file = Path.Combine(folder, FileName);
        if (!System.IO.File.Exists(file))
            throw new ForeignConfigException(file, null, "there is no such file; expected a folder that Hugging Face's PEFT wrote");
        try
        {
            return JsonNode.Parse(System.IO.File.ReadAllText(file)) is JsonObject fields
                ? new PeftConfig(file, fields)
                : throw new ForeignConfigException(file, null, "is not a JSON object");
        }
        catch (JsonException problem)
        {
            throw new ForeignConfigException(file, null, $"is not valid JSON ({problem.Message})");
        }
    }

    /// <summary>Refuses fields that are neither known nor empty: what they switch on would be missing here.</summary>
    /// <param name="known">The fields that the reader of this type understands.</param>
    public void CheckOthers(params IEnumerable<string> known)
    {
        var understood = known.Concat(Inert).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, value) in _fields.Where(field => !understood.Contains(field.Key) && IsActive(field.Value)))
            throw new ForeignConfigException(File, name, $"{value!.ToJsonString()} is not supported here; only adapters without it can be loaded");
    }

    public string? Text(string name) => Node(name) switch
    {
        null => null,
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        var other => throw Wrong(name, "a text", other),
    };

    public bool Flag(string name) => Node(name) switch
    {
        null => false,
        JsonValue value when value.TryGetValue<bool>(out var flag) => flag,
        var other => throw Wrong(name, "true or false", other),
    };

    public double Number(string name, double fallback) => Node(name) is { } node ? NumberOf(name, node) : fallback;

    public int Whole(string name, int fallback)
    {
        var number = Number(name, fallback);
        return number == Math.Floor(number) && number is >= 0 and <= int.MaxValue ? (int)number : throw Wrong(name, "a whole number of at least 0", Node(name)!);
    }

    /// <summary>A list of texts, or one text; empty where the field is.</summary>
    public IReadOnlyList<string> Texts(string name) => Node(name) switch
    {
        null => [],
        JsonArray array => [.. array.Select(item => item is JsonValue value && value.TryGetValue<string>(out var text) ? text : throw Wrong(name, "a list of texts", array))],
        JsonValue value when value.TryGetValue<string>(out var text) => [text],
        var other => throw Wrong(name, "a list of texts", other),
    };

    /// <summary>Numbers by regular expression, in the order of the file, which decides.</summary>
    public IReadOnlyList<(string Pattern, double Value)> Patterns(string name) => Node(name) switch
    {
        null => [],
        JsonObject map => [.. map.Select(pair => (pair.Key, NumberOf(name, pair.Value)))],
        var other => throw Wrong(name, "numbers by pattern", other),
    };

    public JsonNode? Node(string name) => _fields.TryGetPropertyValue(name, out var node) ? node : null;

    public ForeignConfigException Problem(string name, string problem) => new(File, name, problem);

    private double NumberOf(string name, JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.Number
            && double.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : throw Wrong(name, "a number", node);

    private static bool IsActive(JsonNode? node) => node switch
    {
        null => false,
        JsonArray array => array.Count > 0,
        JsonObject map => map.Count > 0,
        JsonValue value => value.GetValueKind() switch
        {
            JsonValueKind.False or JsonValueKind.Null => false,
            JsonValueKind.String => value.GetValue<string>().Length > 0,
            _ => true,
        },
        _ => true,
    };

    private ForeignConfigException Wrong(string name, string expected, JsonNode? found) => new(File, name, $"expected {expected}, found {found?.ToJsonString() ?? "null"}");
}
