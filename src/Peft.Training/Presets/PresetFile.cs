using YamlDotNet.RepresentationModel;

namespace Peft.Training;

/// <summary>Reads the presets that are embedded in this assembly.</summary>
internal static class PresetFile
{
    private const string Name = "presets.yaml";

    /// <summary>Every preset, in the file's order.</summary>
    public static IReadOnlyList<Preset> Read()
    {
        var assembly = typeof(PresetFile).Assembly;
        var resource = assembly.GetManifestResourceNames().Single(name => name.EndsWith(Name, StringComparison.Ordinal));
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        var stream = new YamlStream();
        stream.Load(reader);
        var root = (YamlMappingNode)stream.Documents[0].RootNode;
        var blocks = Entries(root, "blocks").ToDictionary(entry => entry.Name, entry => entry.Node);
        return [.. Entries(root, "presets").Select(entry => ReadPreset(entry.Name, entry.Node, blocks))];
    }

    private static Preset ReadPreset(string name, YamlMappingNode node, Dictionary<string, YamlMappingNode> blocks)
    {
        IReadOnlyList<PresetValue> values = [];
        var tasks = new Dictionary<string, IReadOnlyList<PresetValue>>();
        foreach (var source in ((YamlSequenceNode)node["use"]).Select(block => blocks[Text(block)]).Append(node))
        {
            values = PresetValue.Replace(values, source.Children.TryGetValue("options", out var options) ? ReadValues(options) : []);
            foreach (var (task, own) in Entries(source, "tasks"))
                tasks[task] = PresetValue.Replace(tasks.GetValueOrDefault(task, []), ReadValues(own));
        }

        return new Preset(name, Text(node["summary"]), Text(node["tunable"]), values, tasks);
    }

    private static IEnumerable<(string Name, YamlMappingNode Node)> Entries(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(key, out var found)
            ? ((YamlMappingNode)found).Children.Select(pair => (Text(pair.Key), (YamlMappingNode)pair.Value)) : [];

    private static List<PresetValue> ReadValues(YamlNode node) =>
    [
        .. ((YamlMappingNode)node).Children.Select(pair =>
        {
            var parts = ((YamlSequenceNode)pair.Value).Select(Text).ToList();
            return new PresetValue(Text(pair.Key), parts[0], parts[1], parts.ElementAtOrDefault(2));
        }),
    ];

    private static string Text(YamlNode node) => ((YamlScalarNode)node).Value!;
}
