using System.Text.Json;

namespace Peft.Data;

/// <summary>Downloads repositories into the cache that it shares with the hub's own tools, and reuses cached files.</summary>
/// <param name="settings">The addresses of the hub and the cache.</param>
/// <param name="progress">Receives download progress.</param>
public sealed class HubClient(HubSettings settings, IProgress<HubProgress>? progress = null) : IDisposable
{
    /// <summary>The default revision.</summary>
    public const string MainRevision = "main";

    private readonly HubHttp _http = new(settings);

    /// <summary>Downloads the files that are not in the cache yet.</summary>
    /// <param name="id">The repository: <c>name</c> or <c>owner/name</c>.</param>
    /// <param name="content">Which files to download.</param>
    /// <param name="revision">A branch, a tag or a commit.</param>
    /// <param name="cancellation">Cancels the download. Partial files are kept and resumed next time.</param>
    /// <returns>The folder with the files: the snapshot of the revision's commit.</returns>
    /// <exception cref="HubException">See the derived types; the files in the cache are not changed.</exception>
    public async Task<string> Download(
        string id, HubContent content, string revision = MainRevision, CancellationToken cancellation = default)
    {
        HubName.CheckRepository(id);
        HubName.CheckRevision(revision);
        var cache = new HubCache(settings.Cache, id);
        if (settings.Offline)
            return FromCache(id, content, revision, cache);
        var (commit, files) = await Describe(id, revision, cancellation);
        var chosen = HubFileChoice.Select(id, content, files);
        var download = new HubDownload(_http, cache, progress);
        foreach (var name in chosen)
        {
            var file = await Announce(id, commit, name, cancellation);
            await download.Fetch(file, cancellation);
            cache.Link(commit, name, file.Checksum);
        }

        cache.SetCommit(revision, commit);
        return cache.Snapshot(commit);
    }

    /// <summary>Closes connections.</summary>
    public void Dispose() => _http.Dispose();

    private static string FromCache(string id, HubContent content, string revision, HubCache cache)
    {
        if (cache.Commit(revision) is not { } commit)
            throw new HubContentException($"{id} at {revision} is not in the cache, and HF_HUB_OFFLINE forbids to ask the hub. Download "
                + "it once without.");
        HubFileChoice.Select(id, content, cache.Files(commit));
        return cache.Snapshot(commit);
    }

    /// <summary>Looks up the commit of a revision, and its files.</summary>
    private async Task<(string Commit, IReadOnlyList<string> Files)> Describe(string id, string revision, CancellationToken cancellation)
    {
        var address = new Uri($"{settings.Endpoint}/api/models/{id}/revision/{Uri.EscapeDataString(revision)}");
        var body = await _http.Send(
            $"{id} at {revision}", () => new HttpRequestMessage(HttpMethod.Get, address),
            (response, stop) => _http.Within(
                limit => response.Content.ReadAsByteArrayAsync(limit), stop), followsElsewhere: false, cancellation);
        try
        {
            using var json = JsonDocument.Parse(body);
            var commit = json.RootElement.GetProperty("sha").GetString();
            HubName.CheckCommit(id, commit);
            List<string> files = [.. json.RootElement.GetProperty("siblings").EnumerateArray()
                .Select(sibling => sibling.GetProperty("rfilename").GetString()!)];
            foreach (var file in files)
                HubName.CheckFile(id, file);
            return (commit!, files);
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new HubAnswerException($"{id} at {revision}: the hub's answer is not understood ({problem.Message}); expected JSON "
                + "with 'sha' and 'siblings'.");
        }
    }

    /// <summary>
    /// Looks up the size and checksum of a file. On a redirect to another host, only the endpoint's own headers are used, so the other host
    /// need not be trusted.
    /// </summary>
    private Task<HubFile> Announce(string id, string commit, string name, CancellationToken cancellation)
    {
        var path = string.Join('/', name.Split('/').Select(Uri.EscapeDataString));
        var address = new Uri($"{settings.Endpoint}/{id}/resolve/{commit}/{path}");
        HttpRequestMessage Request()
        {
            var request = new HttpRequestMessage(HttpMethod.Head, address);
            request.Headers.AcceptEncoding.ParseAdd("identity"); // of a compressed answer the length would be another
            return request;
        }

        return _http.Send($"{id}, {name}", Request, (response, _) => Task.FromResult(
            HubFile.FromResponse(id, commit, name, response, address)), followsElsewhere: false, cancellation);
    }
}
