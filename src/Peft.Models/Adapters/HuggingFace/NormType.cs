using System.Text.Json.Nodes;

namespace Peft.Models.HuggingFace;

/// <summary>LN_TUNING: weights and biases of norms.</summary>
internal sealed class NormType : IPeftType
{
    private const string Method = "ln-tuning";
    private const string Infix = ".ln_tuning_layers.";

    public string Name => "LN_TUNING";

    public bool IsPromptLearning => false;

    public bool Fits(IReadOnlyCollection<string> methods) => methods.SequenceEqual([Method]);

    public MethodRequest Request(PeftFile file, PeftModel model)
    {
        PeftConfig.Check(file.Config);
        var modules = new BackboneModules(model);
        var chosen = file.Keys.Where(key => key.Contains(Infix, StringComparison.Ordinal))
            .Select(key => key[..key.IndexOf(Infix, StringComparison.Ordinal)])
            .Where(modules.IsNorm).Distinct().ToList();
        return chosen.Count == 0
            ? throw new ForeignTensorsException(file.Archive.Path, [], [.. file.Archive.Tensors.Keys], [])
            : new MethodRequest(Method, new() { ["ln-tuning.targets"] = string.Join('+', ModuleNames.Ends(chosen, modules.Norms)) });
    }

    public IEnumerable<TensorImport> Imports(PeftModel model, Adapter adapter) => Links(model, adapter).Select(link => link.Import);

    public IEnumerable<TensorExport> Exports(PeftModel model, Adapter adapter) => Links(model, adapter).Select(link => link.Export);

    private static IEnumerable<TensorLink> Links(PeftModel model, Adapter adapter)
    {
        var modules = new BackboneModules(model);
        foreach (var tensor in AdapterTensor.All(adapter))
        {
            var norm = modules.Norm(tensor.Module).Norm;
            yield return tensor.Name == "WeightDelta"
                ? BiasFiles.Links($"{tensor.Module}{Infix}weight", tensor, norm.weight!)
                : BiasFiles.Links($"{tensor.Module}{Infix}bias", tensor, norm.bias!);
        }
    }

    public void Describe(PeftModel model, Adapter adapter, JsonObject config)
    {
        var modules = new BackboneModules(model);
        config["target_modules"] =
            new JsonArray([.. ModuleNames.Ends([.. AdapterTensor.All(adapter).Select(tensor => tensor.Module).Distinct()], modules.Foreign)
                .Select(end => JsonValue.Create(end))]);
    }
}
