namespace Peft.Tests.Interop;

/// <summary>The keys and shapes that a format's rules give, by backbone and method: files in <c>Expected</c>.</summary>
internal static class KeyTable
{
    public static Dictionary<string, List<string>> Read(string file)
    {
        var sections = new Dictionary<string, List<string>>();
        foreach (var line in File.ReadLines(Path.Combine(Repository.Root, "tests", "Peft.Tests", "Interop", "Expected", file))
            .Where(line => line.Length > 0))
        {
            if (line[0] == '[')
                sections[line[1..^1]] = [];
            else
                sections.Values.Last().Add(line);
        }

        return sections;
    }
}
