using System.Globalization;
using System.Text.RegularExpressions;

namespace Peft.Data;

/// <summary>The hub's description of a file.</summary>
/// <param name="Name">Its path in the repository.</param>
/// <param name="Checksum">SHA-256 of large files, git's SHA-1 of others: 64 or 40 hexadecimal digits.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Address">The URL to download it from.</param>
internal sealed partial record HubFile(string Name, string Checksum, long Size, Uri Address)
{
    /// <summary>The largest file of settings or of a vocabulary.</summary>
    private const long MaxSettingsBytes = 256 << 20;

    private static readonly string[] s_weights = [".safetensors", ".bin"];

    /// <exception cref="HubAnswerException">The answer lacks the checksum or the size.</exception>
    public static HubFile FromResponse(string id, string commit, string name, HttpResponseMessage response, Uri address)
    {
        string? Header(string header) => response.Headers.TryGetValues(header, out var values) ? values.First() : null;
        if (Header("X-Repo-Commit") is { } served && served != commit)
            throw new HubAnswerException($"{id}: commit {commit} of {name} was asked for, and the hub gives {Excerpt.Line(served)}.");
        var tag = (Header("X-Linked-Etag") ?? Header("ETag") ?? response.Headers.ETag?.Tag ?? "")
            .Replace("W/", "", StringComparison.Ordinal).Trim('"');
        if (!Hash().IsMatch(tag))
            throw new HubAnswerException(
                $"{id}: the hub gives no checksum of {name} (found '{Excerpt.Line(tag)}'); expected 40 or 64 hexadecimal "
                + "digits as its ETag.");
        var isSized = long.TryParse(Header("X-Linked-Size"), NumberStyles.None, CultureInfo.InvariantCulture, out var size);
        if (!isSized && response.IsSuccessStatusCode && response.Content.Headers.ContentLength is { } length)
            (isSized, size) = (true, length);
        if (!isSized)
            throw new HubAnswerException($"{id}: the hub does not say how large {name} is.");
        if (size > MaxSettingsBytes && !s_weights.Any(ending => name.EndsWith(ending, StringComparison.Ordinal)))
            throw new HubAnswerException(string.Create(
                CultureInfo.InvariantCulture, $"{id}: the hub announces {name} with {size:N0} bytes; files beside the weights may have at "
                    + $"most {MaxSettingsBytes:N0}. Nothing was downloaded."));
        return new HubFile(name, tag, size, address);
    }

    [GeneratedRegex(@"^([0-9a-f]{40}|[0-9a-f]{64})\z")]
    private static partial Regex Hash();
}
