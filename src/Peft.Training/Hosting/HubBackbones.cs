using System.Collections.Concurrent;
using Peft.Data;

namespace Peft.Training;

/// <summary>Downloads backbones that are named as hub repositories, each at most once per process.</summary>
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

/// <summary>A backbone is neither an existing folder nor an available hub repository.</summary>
/// <param name="name">The backbone's name.</param>
/// <param name="problem">The error of the hub or of the connection to it.</param>
public sealed class HubBackboneException(string name, HubException problem)
    : Exception($"backbone {name}: there is no such folder; as a repository of the hub: {problem.Message}", problem);
