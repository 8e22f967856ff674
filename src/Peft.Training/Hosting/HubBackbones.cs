using System.Collections.Concurrent;
using Peft.Data;

namespace Peft.Training;

/// <summary>Backbones that are named as repositories of the hub; each is asked for once in a process.</summary>
internal static class HubBackbones
{
    private static readonly ConcurrentDictionary<string, string> s_folders = new();

    public static string Folder(string name) =>
        Path.Exists(name) || !HubName.IsRepository(name) ? name : s_folders.GetOrAdd(name, Download);

    private static string Download(string name)
    {
        try
        {
            using var client = new HubClient(HubSettings.FromEnvironment());
            return client.Download(name, HubContent.Backbone).GetAwaiter().GetResult();
        }
        catch (HubException problem)
        {
            throw new HubBackboneException(name, problem);
        }
    }
}

/// <summary>A backbone is neither a folder nor a repository that the hub gives.</summary>
/// <param name="name">Its name.</param>
/// <param name="problem">What the hub, or the way to it, said.</param>
public sealed class HubBackboneException(string name, HubException problem)
    : Exception($"backbone {name}: there is no such folder; as a repository of the hub: {problem.Message}", problem);
