using System.Collections.Concurrent;
using Peft.Data;

namespace Peft.Training;

/// <summary>Finds backbones that are named as hub repositories, and downloads each at most once per process.</summary>
internal static class HubBackbones
{
    private static readonly ConcurrentDictionary<(string Cache, string Name), string> s_folders = new();

    /// <summary>
    /// Whether a name can only mean a repository: it has the form of a repository's name, and no file or folder has that name.
    /// </summary>
    public static bool IsRemote(string name) => !Path.Exists(name) && HubName.IsRepository(name);

    /// <summary>The folder of a repository, downloaded unless this process did so before.</summary>
    /// <param name="name">The repository.</param>
    /// <param name="notice">Receives a line before something is downloaded; null for none.</param>
    /// <param name="cancellation">Cancels the download. The part that was downloaded is kept, and the next call resumes from it.</param>
    /// <exception cref="HubBackboneException">The hub has no such repository or cannot be reached.</exception>
    public static string Download(string name, Action<string>? notice = null, CancellationToken cancellation = default) =>
        Ask(name, settings =>
        {
            if (s_folders.TryGetValue((settings.Cache, name), out var known))
                return known;
            if (!settings.Offline && HubClient.FindCached(settings, name, HubContent.Backbone) is null)
                notice?.Invoke($"downloading the backbone {name} from the hub into {settings.Cache}");
            using var client = new HubClient(settings);
            return s_folders[(settings.Cache, name)] = client.Download(name, HubContent.Backbone, cancellation: cancellation)
                .GetAwaiter().GetResult();
        });

    /// <summary>The folder of a repository that is in the cache, or that offline mode forbids to download.</summary>
    /// <param name="name">The repository.</param>
    /// <returns>The folder; null if the repository would have to be downloaded.</returns>
    /// <exception cref="HubBackboneException">The cache cannot be read, or lacks the repository in offline mode.</exception>
    public static string? Find(string name) => Ask(name, settings =>
    {
        if (s_folders.TryGetValue((settings.Cache, name), out var known))
            return known;
        if (settings.Offline)
            return Download(name);
        return HubClient.FindCached(settings, name, HubContent.Backbone) is { } cached ? s_folders[(settings.Cache, name)] = cached : null;
    });

    private static T Ask<T>(string name, Func<HubSettings, T> ask)
    {
        try
        {
            return ask(HubSettings.FromEnvironment());
        }
        catch (HubException problem)
        {
            throw new HubBackboneException(name, problem);
        }
    }
}

/// <summary>A backbone is neither an existing folder nor an available hub repository.</summary>
/// <param name="name">The backbone's name.</param>
/// <param name="problem">The error of the hub or of the connection to it.</param>
public sealed class HubBackboneException(string name, HubException problem)
    : Exception($"backbone {name}: there is no such folder; as a repository of the hub: {problem.Message}", problem);

/// <summary>
/// A file names a backbone of the hub that is not in the cache. Such a backbone is downloaded only if the caller agrees, because the file
/// may come from an untrusted source, and the download uses the user's token.
/// </summary>
/// <param name="file">The file that names the backbone.</param>
/// <param name="name">The backbone's name.</param>
public sealed class UnaskedDownloadException(string file, string name)
    : Exception(
        $"{file}: names the backbone '{name}', which is no folder here and not in the hub's cache. What a file names is not downloaded "
            + $"unasked: give --allow-download to download it from the hub, or name a backbone yourself with --backbone (in a program: "
            + $"allowDownload or backbone).");
