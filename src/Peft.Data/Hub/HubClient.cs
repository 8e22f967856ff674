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
        try
        {
            return settings.Offline
                ? FromCache(id, content, revision, cache) : await FromHub(id, content, revision, cache, cancellation);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new HubCacheException(
                $"{settings.Cache}: the cache cannot be used ({problem.Message.ReplaceLineEndings(" ").TrimEnd('.')}). Correct the access "
                    + "rights, or choose another cache with HF_HUB_CACHE.", problem);
        }
    }

    /// <summary>Finds a repository in the cache, without asking the hub.</summary>
    /// <param name="settings">The address of the cache.</param>
    /// <param name="id">The repository: <c>name</c> or <c>owner/name</c>.</param>
    /// <param name="content">Which files are needed.</param>
    /// <param name="revision">A branch, a tag or a commit.</param>
    /// <returns>The folder with the files; null if the configuration or a part of the weights is not in the
    /// cache.</returns>
    /// <exception cref="HubNameException">The repository's name or the revision is not valid.</exception>
    /// <exception cref="HubCacheException">The cache cannot be read.</exception>
    public static string? FindCached(HubSettings settings, string id, HubContent content, string revision = MainRevision)
    {
        using var client = new HubClient(settings with { Offline = true });
        try
        {
            return client.Download(id, content, revision).GetAwaiter().GetResult();
        }
        catch (HubContentException)
        {
            return null;
        }
    }

    /// <summary>Closes connections.</summary>
    public void Dispose() => _http.Dispose();

    private async Task<string> FromHub(
        string id, HubContent content, string revision, HubCache cache, CancellationToken cancellation)
    {
        var listing = await Describe(id, revision, cancellation);
        var download = new HubDownload(_http, cache, progress);
        var files = new List<HubFile>();
        foreach (var name in HubFileChoice.Select(id, content, listing.Files))
            files.Add(await Announce(id, listing.Commit, name, cancellation));
        HubSpace.Check(id, settings.Cache, files.Aggregate(Int128.Zero, (sum, file) => sum + download.Missing(file)));
        foreach (var file in files)
        {
            await download.Fetch(file, cancellation);
            cache.Link(listing.Commit, file.Name, file.Checksum);
        }

        cache.SetCommit(revision, listing.Commit);
        return cache.Snapshot(listing.Commit);
    }

    private static string FromCache(string id, HubContent content, string revision, HubCache cache)
    {
        if (cache.Commit(revision) is not { } commit)
            throw new HubContentException($"{id} at {revision} is not in the cache, and HF_HUB_OFFLINE forbids to ask the hub. Download "
                + "it once without.");
        HubFileChoice.Select(id, content, cache.Files(commit));
        var folder = cache.Snapshot(commit);
        // Another program may have cached only some of the files.
        if (content == HubContent.Backbone && HubFileChoice.LackingOf(folder, cache.Files(commit)) is { } lacking)
            throw new HubContentException(
                $"{id}: the cache has no {Excerpt.Line(lacking)} of it, and HF_HUB_OFFLINE forbids to ask the hub. Download it once "
                    + "without.");
        return folder;
    }

    /// <summary>Looks up the commit of a revision, and its files.</summary>
    private async Task<HubListing> Describe(string id, string revision, CancellationToken cancellation)
    {
        var (what, address) = ($"{id} at {revision}",
            new Uri($"{settings.Endpoint}/api/models/{id}/revision/{Uri.EscapeDataString(revision)}"));
        return HubListing.Parse(id, revision, await _http.Send(
            what, () => new HttpRequestMessage(HttpMethod.Get, address),
            (response, stop) => _http.ReadAll(what, response, HubListing.MaxBytes, stop), followsElsewhere: false, cancellation));
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
            request.Headers.AcceptEncoding.ParseAdd("identity"); // a compressed answer would have another length
            return request;
        }

        return _http.Send($"{id}, {name}", Request, (response, _) => Task.FromResult(
            HubFile.FromResponse(id, commit, name, response, address)), followsElsewhere: false, cancellation);
    }
}
