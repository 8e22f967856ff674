using System.Text.Json;

namespace Peft.Data;

/// <summary>Reads a JSON object on each line.</summary>
internal static class JsonLines
{
    private static readonly JsonDocumentOptions s_strict = new() { AllowDuplicateProperties = false };

    /// <summary>The records with the numbers of their lines; empty lines are left out.</summary>
    /// <exception cref="TextEncodingException">A line is not UTF-8.</exception>
    public static IEnumerable<(long Number, JsonElement? Record, string? Problem)> Read(TableStream source)
    {
        var number = 0L;
        foreach (var line in TextLines.Read(source.Stream, source.Name))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            JsonDocument? document = null;
            string? problem = null;
            try
            {
                document = JsonDocument.Parse(line, s_strict);
            }
            catch (JsonException wrong)
            {
                problem = $"is not valid JSON ({JsonFault.DescribeLine(wrong)})";
            }

            using (document)
                yield return (number, document?.RootElement, problem);
        }
    }
}
