using System.Reflection;

namespace TorchSharp.SystemLibtorch.Tests;

/// <summary>What this provider offers, TorchSharp offers with the same signature: code written over one compiles over the other.</summary>
public class PublicSurfaceTests
{
    private static readonly Dictionary<string, (HashSet<string> Bases, HashSet<string> Members)> Reference = ReadReference();

    [Fact]
    public void Every_public_member_is_TorchSharps()
    {
        var absent = Missing(PublicSurface.Describe(typeof(torch).Assembly), Reference);
        Assert.True(absent.Count == 0, $"{absent.Count} members are not TorchSharp's:\n{string.Join('\n', absent)}");
    }

    [Fact]
    public void A_member_that_TorchSharp_lacks_is_found()
    {
        var surface = PublicSurface.Describe(typeof(torch).Assembly).ToList();
        var type = "class TorchSharp.torch.Generator";
        var without = Reference.ToDictionary(entry => entry.Key, entry => (entry.Value.Bases, entry.Key == type ? [] : entry.Value.Members));
        var absent = Missing(surface, without);
        Assert.Contains($"{type}: Generator(ulong seed = 0, torch.Device device = null)", absent);
        Assert.All(absent, line => Assert.StartsWith(type, line));

        without.Remove(type);
        Assert.Contains(type, Missing(surface, without));
        without[type] = ([], Reference[type].Members);
        Assert.Contains($"{type} : IDisposable", Missing(surface, without));
    }

    private static List<string> Missing(
        IEnumerable<(string Type, List<string> Bases, List<string> Members)> surface, Dictionary<string, (HashSet<string> Bases, HashSet<string> Members)> reference)
    {
        var absent = new List<string>();
        foreach (var (type, bases, members) in surface)
        {
            if (!reference.TryGetValue(type, out var known))
            {
                absent.Add(type);
                continue;
            }
            absent.AddRange(bases.Where(name => !known.Bases.Contains(name)).Select(name => $"{type} : {name}"));
            absent.AddRange(members.Where(member => !known.Members.Contains(member)).Select(member => $"{type}: {member}"));
        }
        return absent;
    }

    private static Dictionary<string, (HashSet<string> Bases, HashSet<string> Members)> ReadReference()
    {
        var types = new Dictionary<string, (HashSet<string> Bases, HashSet<string> Members)>();
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("torchsharp-api.txt")!);
        HashSet<string>? members = null;
        for (var line = reader.ReadLine(); line is not null; line = reader.ReadLine())
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (line[0] != ' ')
            {
                var parts = line.Split(" : ", 2);
                types[parts[0]] = (Split(parts.ElementAtOrDefault(1) ?? ""), members = []);
            }
            else if (line.Contains('=') && !line.Contains('(') && !line.Contains(';'))
            {
                members!.UnionWith(line.Trim().Split(", "));
            }
            else
            {
                members!.Add(line.Trim());
            }
        }
        return types;
    }

    /// <summary>The names in a list, whose own commas are inside brackets.</summary>
    private static HashSet<string> Split(string list)
    {
        var names = new HashSet<string>();
        var (start, depth) = (0, 0);
        for (var i = 0; i <= list.Length; i++)
        {
            if (i == list.Length || (list[i] == ',' && depth == 0))
            {
                names.Add(list[start..i].Trim());
                start = i + 1;
                continue;
            }
            depth += list[i] is '<' or '(' or '[' ? 1 : list[i] is '>' or ')' or ']' ? -1 : 0;
        }
        return names;
    }
}
