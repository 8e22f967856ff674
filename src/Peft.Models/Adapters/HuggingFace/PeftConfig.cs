namespace Peft.Models.HuggingFace;

/// <summary>An <c>adapter_config.json</c> of Hugging Face's PEFT.</summary>
internal static class PeftConfig
{
    public const string FileName = "adapter_config.json";

    /// <summary>Fields of every type that do not affect the computation or repeat what the tensors' keys contain.</summary>
    private static readonly string[] s_inert =
    [
        "auto_mapping", "base_model_name_or_path", "inference_mode", "peft_type", "peft_version", "revision", "task_type", "target_modules",
        "exclude_modules",
        "modules_to_save", "fan_in_fan_out", "layers_to_transform", "layers_pattern", "runtime_config", "megatron_core",
            "qalora_group_size",
    ];

    public static ConfigObject Read(string folder) =>
        ConfigObject.Read(Path.Combine(folder, FileName), "a folder that Hugging Face's PEFT wrote");

    public static string TypeOf(ConfigObject config) =>
        config.Text("peft_type") ?? throw config.Problem("peft_type", "is missing; expected LORA, IA3, PREFIX_TUNING, PROMPT_TUNING or "
            + "LN_TUNING");

    /// <summary>Rejects active fields that the reader of a type does not support.</summary>
    public static void Check(ConfigObject config, params IEnumerable<string> known) => config.CheckOthers(known.Concat(s_inert));
}
