using static TorchSharp.torch;

namespace Peft.Models.AdapterHub;

/// <summary>
/// Links an adapter's tensors to those that AdapterHub stores, in both directions. Each of its keys contains the adapter's name.
/// </summary>
/// <param name="name">The adapter's name in the file.</param>
/// <param name="prefix">The backbone's own: <c>bert</c>, <c>roberta</c>, <c>transformer</c>.</param>
/// <param name="hasModules">Whether a layer's adapters are in modules of their own (<see cref="BackboneFacts.HasAdapterModules"/>).</param>
internal sealed class HubLinks(string name, string prefix, bool hasModules)
{
    public IEnumerable<TensorLink> Links(Adapter adapter)
    {
        var tensors = AdapterTensor.All(adapter).Where(tensor => !tensor.IsRouting).ToList();
        return tensors.GroupBy(tensor => tensor.Method).SelectMany(group => group.Key switch
        {
            HubBottleneck.Houlsby or HubBottleneck.Pfeiffer or HubBottleneck.Parallel => group.Select(Bottleneck),
            "lora" => LowRank(group),
            "ia3" => Factors(group),
            "prefix" => Prefix([.. group]),
            var other => throw new AdapterExportException(AdapterHubFormat.Format, $"there is no counterpart of {other}"),
        });
    }

    private TensorLink Bottleneck(AdapterTensor tensor)
    {
        var place = tensor.Site switch
        {
            Site.AfterAttention => hasModules ? ".attention_adapters" : "",
            Site.AfterFeedForward => hasModules ? ".output_adapters" : "",
            _ => throw new AdapterExportException(
                AdapterHubFormat.Format, $"there are no adapters at {tensor.Site}; expected AfterAttention or AfterFeedForward"),
        };
        return TensorLink.Whole($"{tensor.Module}{place}.adapters.{name}.{Part(tensor.Name)}", tensor);
    }

    private static string Part(string trainable) => trainable switch
    {
        "DownWeight" => "adapter_down.0.weight",
        "DownBias" => "adapter_down.0.bias",
        "UpWeight" => "adapter_up.weight",
        "UpBias" => "adapter_up.bias",
        "GateWeight" => "gate.weight",
        "GateBias" => "gate.bias",
        _ => "scaling",
    };

    private IEnumerable<TensorLink> LowRank(IEnumerable<AdapterTensor> tensors) =>
        from tensor in tensors
        group tensor by (ModuleNames.Foreign(tensor.Module).Module, tensor.Name) into parts
        let end = parts.Key.Name switch {
            "A" => "lora_A", "B" => "lora_B", "GateWeight" => "gate.weight", "GateBias" => "gate.bias", var other => throw NoPlace(other) }
        select TensorLink.Stacked($"{parts.Key.Module}.loras.{name}.{end}", [.. parts]);

    private IEnumerable<TensorLink> Factors(IEnumerable<AdapterTensor> tensors) =>
        from tensor in tensors
        group tensor by (ModuleNames.Foreign(tensor.Module).Module, tensor.Name) into parts
        let end = parts.Key.Name == "OutputScale"
            ? "lora_B" : throw NoPlace("inputs that are multiplied; use ia3.sites=key+value+feedForwardUp")
        select TensorLink.Stacked($"{parts.Key.Module}.loras.{name}.{end}", [.. parts], columns: 1);

    private static AdapterExportException NoPlace(string what) => new(AdapterHubFormat.Format, $"there is no place for {what}");

    private IEnumerable<TensorLink> Prefix(IReadOnlyList<AdapterTensor> tensors)
    {
        var own = $"{prefix}.prefix_tuning.prefix_tunings.{name}.self_prefix.";
        foreach (var shared in tensors.Where(tensor => tensor.IsShared))
            yield return TensorLink.Whole(
                own + shared.Name switch {
                "Input" => "wte.weight", "FirstWeight" => "control_trans.0.weight", _ => "control_trans.0.bias" }, shared);
        foreach (var layers in tensors.Where(tensor => !tensor.IsShared).GroupBy(tensor => tensor.Name))
        {
            AdapterTensor[] ordered = [.. layers.OrderBy(tensor => tensor.Layer)];
            switch (layers.Key)
            {
                case "SecondWeight" or "SecondBias":
                    yield return TensorLink.Stacked(
                        own + (layers.Key == "SecondBias" ? "control_trans.2.bias" : "control_trans.2.weight"), ordered);
                    break;
                case "Flat":
                    yield return Flat(own + "control_trans", ordered);
                    break;
                default:
                    foreach (var gate in ordered)
                        yield return TensorLink.Whole(
                            $"{gate.Module}.prefix_tuning.prefix_gates.{name}.{(gate.Name == "GateBias" ? "bias" : "weight")}", gate);
                    break;
            }
        }
    }

    /// <summary>Reshapes [length, layers x 2 x hidden] to a single row.</summary>
    private static TensorLink Flat(string key, AdapterTensor[] layers)
    {
        var (length, width) = (layers[0].Shape[0], layers[0].Shape[1]);
        return new TensorLink(
            key,
            [length * layers.Length * width],
            values =>
            {
                var table = values.view(length, layers.Length * width);
                for (var layer = 0; layer < layers.Length; layer++)
                    TensorLink.Fill(layers[layer], table.narrow(1, layer * width, width));
            },
            () => cat([.. layers.Select(layer => layer.Merged())], 1).reshape(-1));
    }
}
