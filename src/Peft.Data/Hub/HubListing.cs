using System.Text.Json;

namespace Peft.Data;

/// <summary>The hub's description of a repository at a revision.</summary>
/// <param name="Commit">The revision's commit.</param>
/// <param name="Files">The files' paths in the repository.</param>
internal sealed record HubListing(string Commit, IReadOnlyList<string> Files)
{
    /// <summary>The largest answer that is read in bytes.</summary>
    public const int MaxBytes = 32 << 20;

    /// <summary>Reads the answer of the hub.</summary>
    /// <exception cref="HubAnswerException">It is not JSON, or a field is missing or of another type.</exception>
    /// <exception cref="HubFileNameException">A file would lie outside the repository's folder.</exception>
    public static HubListing Parse(string id, string revision, byte[] body)
    {
        try
        {
            using var json = JsonText.Parse(body);
            var commit = Text(Field(json.RootElement, "sha", ""), "sha");
            HubName.CheckCommit(id, commit);
            var siblings = Field(json.RootElement, "siblings", "");
            if (siblings.ValueKind != JsonValueKind.Array)
                throw Wrong("siblings", "a list of files", siblings);
            var files = siblings.EnumerateArray()
                .Select((sibling, at) => Text(Field(sibling, "rfilename", $"siblings[{at}]"), $"siblings[{at}].rfilename")).ToList();
            foreach (var file in files)
                HubName.CheckFile(id, file);
            return new HubListing(commit, files);
        }
        catch (JsonException problem)
        {
            throw new HubAnswerException($"{id} at {revision}: the hub's answer is not understood: {JsonFault.Describe(problem, "it")}; "
                + "expected JSON with 'sha' and 'siblings'. Check HF_ENDPOINT, or try later.");
        }
    }

    private static JsonElement Field(JsonElement parent, string name, string of)
    {
        if (parent.ValueKind != JsonValueKind.Object)
            throw Wrong(of.Length == 0 ? "the answer" : of, "an object", parent);
        return parent.TryGetProperty(name, out var value)
            ? value : throw new JsonException($"{(of.Length == 0 ? "" : of + ".")}{name} is missing");
    }

    private static string Text(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(name, "a text", value);

    private static JsonException Wrong(string name, string expected, JsonElement found) =>
        new($"{name} is {found.ValueKind.ToString().ToLowerInvariant()} where {expected} is expected");
}
