using System.Reflection;

namespace TorchSharp.SystemLibtorch.Tests;

/// <summary>What this provider offers, TorchSharp offers with the same signature: code written over one compiles over the other.</summary>
public class PublicSurfaceTests
{
    private static readonly Dictionary<string, (string? Base, HashSet<string> Members)> Reference = ReadReference();

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
        var without = Reference.ToDictionary(entry => entry.Key, entry => (entry.Value.Base, entry.Key == type ? [] : entry.Value.Members));
        var absent = Missing(surface, without);
        Assert.Contains($"{type}: Generator(ulong seed = 0, torch.Device device = null)", absent);
        Assert.All(absent, line => Assert.StartsWith(type, line));

        without.Remove(type);
        Assert.Contains(type, Missing(surface, without));
        without[type] = ("torch.Device", Reference[type].Members);
        Assert.Contains($"{type} : (none)", Missing(surface, without));
    }

    private static List<string> Missing(
        IEnumerable<(string Type, string? Base, List<string> Members)> surface, Dictionary<string, (string? Base, HashSet<string> Members)> reference)
    {
        var absent = new List<string>();
        foreach (var (type, parent, members) in surface)
        {
            if (!reference.TryGetValue(type, out var known))
            {
                absent.Add(type);
                continue;
            }
            if (known.Base != parent && parent != "Enum" && parent != "ValueType")
                absent.Add($"{type} : {parent ?? "(none)"}");
            absent.AddRange(members.Where(member => !known.Members.Contains(member)).Select(member => $"{type}: {member}"));
        }
        return absent;
    }

    private static Dictionary<string, (string? Base, HashSet<string> Members)> ReadReference()
    {
        var types = new Dictionary<string, (string? Base, HashSet<string> Members)>();
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("torchsharp-api.txt")!);
        HashSet<string>? members = null;
        for (var line = reader.ReadLine(); line is not null; line = reader.ReadLine())
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (line[0] != ' ')
            {
                var parts = line.Split(" : ", 2);
                types[parts[0]] = (BaseIn(parts), members = []);
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

    /// <summary>The base class in a list of a base class and interfaces, whose names start with an I and another capital.</summary>
    private static string? BaseIn(string[] header)
    {
        if (header.Length == 1 || !header[0].Contains("class "))
            return null;
        var depth = 0;
        var end = header[1].TakeWhile(c => (depth += c is '<' or '(' ? 1 : c is '>' or ')' ? -1 : 0) > 0 || c != ',').Count();
        var first = header[1][..end];
        var simple = first.Split('<')[0].Split('.')[^1];
        return simple.Length > 1 && simple[0] == 'I' && char.IsUpper(simple[1]) ? null : first;
    }
}
