using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace Peft.Models.HuggingFace;

/// <summary>IA3: multiplies outputs of linear maps, and inputs of feed-forward ones, by trained factors.</summary>
internal sealed class Ia3Type : IPeftType
{
    private const string Method = "ia3";
    private const string Suffix = ".ia3_l";

    public string Name => "IA3";

    public bool IsPromptLearning => false;

    public bool Fits(IReadOnlyCollection<string> methods) => methods.SequenceEqual([Method]);

    public MethodRequest Request(PeftFile file, PeftModel model)
    {
        PeftConfig.Check(file.Config, "feedforward_modules", "init_ia3_weights");
        var modules = new BackboneModules(model);
        var foreign = file.Keys.Where(key => key.EndsWith(Suffix, StringComparison.Ordinal)).Select(key => key[..^Suffix.Length]).ToList();
        foreach (var module in foreign.Where(module => modules.Maps(module).Count > 0))
        {
            var scalesInput = file.Info(module + Suffix).Shape is [1, > 1];
            if (scalesInput != (modules.SiteOf(modules.Maps(module)[0]) == Site.FeedForwardDown))
            {
                throw file.Config.Problem(
                    "feedforward_modules", $"{module} has its {(scalesInput ? "input" : "output")} scaled; here it is the input of "
                        + "second feed-forward maps and the output of all others");
            }
        }

        var chosen = foreign.SelectMany(modules.Maps).ToList();
        return chosen.Count == 0
            ? throw new ForeignTensorsException(file.Archive.Path, [], [.. file.Archive.Tensors.Keys], [])
            : new MethodRequest(Method, new() { ["ia3.targets"] = string.Join('+', ModuleNames.Ends(chosen, modules.Projections)) });
    }

    public IEnumerable<TensorImport> Imports(PeftModel model, Adapter adapter) => Links(model, adapter).Select(link => link.Import);

    public IEnumerable<TensorExport> Exports(PeftModel model, Adapter adapter) => Links(model, adapter).Select(link => link.Export);

    private static IEnumerable<TensorLink> Links(PeftModel model, Adapter adapter)
    {
        var modules = new BackboneModules(model);
        foreach (var group in AdapterTensor.All(adapter).GroupBy(tensor => ModuleNames.Foreign(tensor.Module).Module))
        {
            var maps = modules.Maps(group.Key);
            var first = group.First();
            if (maps.Count == 1)
                yield return TensorLink.Whole(group.Key + Suffix, first, IsInput(first) ? [1, first.Shape[0]] : [first.Shape[0], 1]);
            else
                yield return Fused(group.Key + Suffix, group.ToDictionary(tensor => tensor.Module), maps, first.Shape[0]);
        }
    }

    public void Describe(PeftModel model, Adapter adapter, JsonObject config)
    {
        var modules = new BackboneModules(model);
        JsonArray Ends(IEnumerable<AdapterTensor> tensors) =>
            [.. ModuleNames.Ends([.. tensors.Select(tensor => ModuleNames.Foreign(tensor.Module).Module).Distinct()], modules.Foreign)
                .Select(end => JsonValue.Create(end))];
        var tensors = AdapterTensor.All(adapter);
        config["target_modules"] = Ends(tensors);
        config["feedforward_modules"] = Ends(tensors.Where(IsInput));
        config["fan_in_fan_out"] =
            tensors.Any(tensor => ModuleNames.Foreign(tensor.Module).Module is var name
            && (name.EndsWith(".c_attn", StringComparison.Ordinal) || name.EndsWith(".c_proj", StringComparison.Ordinal)));
        config["init_ia3_weights"] = true;
    }

    private static bool IsInput(AdapterTensor tensor) => tensor.Name == "InputScale";

    /// <summary>Concatenates query, key and value; the factors of a part that is not adapted are ones.</summary>
    private static TensorLink Fused(string key, Dictionary<string, AdapterTensor> parts, IReadOnlyList<string> maps, long width) => new(
        key,
        [3 * width, 1],
        values =>
        {
            foreach (var (tensor, at) in maps.Select((map, index) => (parts[map], index)))
                TensorLink.Fill(tensor, values.narrow(0, at * width, width).squeeze(1));
        },
        () => cat([
            .. maps.Select(map => parts.TryGetValue(map, out var tensor)
            ? tensor.Merged().to_type(ScalarType.Float32).cpu() : ones([width]))], 0).unsqueeze(1));
}
