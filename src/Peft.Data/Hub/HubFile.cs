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
    /// <exception cref="HubAnswerException">The answer lacks the checksum or the size.</exception>
    public static HubFile FromResponse(string id, string commit, string name, HttpResponseMessage response, Uri address)
    {
        string? Header(string header) => response.Headers.TryGetValues(header, out var values) ? values.First() : null;
        if (Header("X-Repo-Commit") is { } served && served != commit)
            throw new HubAnswerException($"{id}: commit {commit} of {name} was asked for, and the hub gives {served}.");
        var tag = (Header("X-Linked-Etag") ?? Header("ETag") ?? response.Headers.ETag?.Tag ?? "")
            .Replace("W/", "", StringComparison.Ordinal).Trim('"');
        if (!Hash().IsMatch(tag))
            throw new HubAnswerException($"{id}: the hub gives no checksum of {name} (found '{tag}'); expected 40 or 64 hexadecimal "
                + "digits as its ETag.");
        var isSized = long.TryParse(Header("X-Linked-Size"), NumberStyles.None, CultureInfo.InvariantCulture, out var size);
        if (!isSized && response.IsSuccessStatusCode && response.Content.Headers.ContentLength is { } length)
            (isSized, size) = (true, length);
        return isSized ? new HubFile(name, tag, size, address) : throw new HubAnswerException(
            $"{id}: the hub does not say how large {name} is.");
    }

    [GeneratedRegex(@"^([0-9a-f]{40}|[0-9a-f]{64})\z")]
    private static partial Regex Hash();
}
