using Peft.Data;

namespace Peft.Models.StateDicts;

/// <summary>Writes adapters as state dicts without a configuration.</summary>
internal static class StateDictExport
{
    private const string SafetensorsName = "model.safetensors";
    private const string TorchName = "pytorch_model.bin";

    /// <summary>The adapter's only method, if the format has it.</summary>
    /// <exception cref="AdapterExportException">It has not.</exception>
    public static string CheckMethod(Adapter adapter, string format, params string[] known) =>
        adapter.Spec.Parts is [{ Method.Name: var name }] && known.Contains(name)
            ? name
            : throw new AdapterExportException(
                format, $"{adapter.Spec.Expression} is not {string.Join(" or ", known)} alone, plain or mixed");

    /// <summary>
    /// Checks that LoRA is the original one, with one scale, and that fused modules are adapted in parts that the format has.
    /// </summary>
    /// <param name="tensors">The trainables.</param>
    /// <param name="format">The format.</param>
    /// <param name="hasParts">Whether the format has these parts of a fused module (0 query, 1 key, 2 value).</param>
    /// <exception cref="AdapterExportException">The format cannot express the adapter.</exception>
    public static void CheckLora(IReadOnlyList<AdapterTensor> tensors, string format, Func<IReadOnlyList<int>, bool> hasParts)
    {
        foreach (var option in (string[])["dora", "gated", "rankStabilized"])
        {
            if (tensors.FirstOrDefault(tensor => (bool)tensor.Options[option]) is { } odd)
                throw new AdapterExportException(format, $"lora.{option} is on at {odd.Module}, which the format has not");
        }

        foreach (var option in (string[])["rank", "alpha"])
        {
            var values = tensors.Select(tensor => tensor.Options[option]).Distinct().ToList();
            if (values.Count > 1)
                throw new AdapterExportException(
                    format, $"lora.{option} differs among modules ({string.Join(", ", values)}), and the format has one for all");
        }

        foreach (var module in tensors.GroupBy(tensor => ModuleNames.Foreign(tensor.Module).Module))
        {
            int[] parts = [.. module.Select(tensor => ModuleNames.Foreign(tensor.Module).Part).OfType<int>().Distinct().Order()];
            if (parts.Length > 0 && !hasParts(parts))
                throw new AdapterExportException(
                    format, $"{module.Key} holds query, key and value, and the format has no adapter of these of its parts: "
                        + string.Join(", ", module.Select(tensor => tensor.Site).Distinct()));
        }
    }

    /// <summary>Writes the linked tensors and the head into one file of a new folder, atomically.</summary>
    public static void Write(
        PeftModel model, string name, string folder, string format, WeightsFile weights, IEnumerable<TensorLink> links)
    {
        if (model.IsMerged)
            throw new AdapterExportException(format, "an adapter is merged into the backbone; unmerge first");
        using var use = model.Adapters.Using(name);
        var head = HeadFiles.Links(model, _ => "", isExpected: false);
        var tensors = TensorExchange.Export(links.Concat(head).Select(link => link.Export));
        AtomicFolder.Write(folder, place => WeightsFiles.Write(place, weights, SafetensorsName, TorchName, tensors));
    }
}
