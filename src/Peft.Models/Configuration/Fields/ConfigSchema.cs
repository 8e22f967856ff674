using System.Text.Json;
using Peft.Data;

namespace Peft.Models;

/// <summary>The fields of a family's config.json, each implemented, harmless or refused.</summary>
/// <param name="Family">The family's name, for the documentation.</param>
/// <param name="Own">The family's own fields.</param>
internal sealed record ConfigSchema(string Family, IReadOnlyList<ConfigField> Own)
{
    private readonly Dictionary<string, ConfigField> _byName =
        Own.Concat(CommonFields.All).DistinctBy(field => field.Name).ToDictionary(field => field.Name);

    /// <summary>BERT's, RoBERTa's and XLM-RoBERTa's.</summary>
    public static ConfigSchema Encoder { get; } = new("BERT, RoBERTa and XLM-RoBERTa", EncoderFields.All);

    /// <summary>DistilBERT's.</summary>
    public static ConfigSchema DistilBert { get; } = new("DistilBERT", DistilBertFields.All);

    /// <summary>ELECTRA's.</summary>
    public static ConfigSchema Electra { get; } = new("ELECTRA", ElectraFields.All);

    /// <summary>GPT-2's.</summary>
    public static ConfigSchema Decoder { get; } = new("GPT-2", DecoderFields.All);

    /// <summary>All schemas.</summary>
    public static IReadOnlyList<ConfigSchema> All { get; } = [Encoder, DistilBert, Electra, Decoder];

    /// <summary>The schema of a family of encoders.</summary>
    public static ConfigSchema For(EncoderFamily family) => family switch
    {
        EncoderFamily.DistilBert => DistilBert,
        EncoderFamily.Electra => Electra,
        _ => Encoder,
    };

    /// <summary>All fields, by name.</summary>
    public IEnumerable<ConfigField> Fields => _byName.Values.OrderBy(one => one.Name, StringComparer.Ordinal);

    /// <summary>Refuses fields that would change the model and are not implemented, and reports fields that are not known.</summary>
    /// <param name="fields">The file's fields.</param>
    /// <param name="notice">Receives a line about unknown fields; null to say nothing.</param>
    /// <exception cref="BackboneConfigurationException">A refused field does not have its neutral value.</exception>
    public void Check(ConfigFields fields, Action<string>? notice)
    {
        var unknown = new List<string>();
        foreach (var (name, value) in fields.All())
        {
            if (!_byName.TryGetValue(name, out var field))
                unknown.Add(name);
            else if (field.Use == FieldUse.Refused && !IsNeutral(value, field))
                throw fields.Problem(
                    name, $"{Excerpt.Cut(value)} is not implemented for {Family} ({field.Note}); expected {field.Neutral} or no such "
                        + "field");
        }

        if (unknown.Count > 0)
            notice?.Invoke($"{fields.File}: unknown fields are ignored: {string.Join(", ", unknown)}");
    }

    private static bool IsNeutral(JsonElement value, ConfigField field)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return true;
        using var neutral = JsonDocument.Parse(field.Neutral);
        return JsonElement.DeepEquals(value, neutral.RootElement);
    }
}
