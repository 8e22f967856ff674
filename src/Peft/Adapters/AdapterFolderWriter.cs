using System.Security.Cryptography;
using System.Text.Json;
using Peft.Data;
using static TorchSharp.torch;

namespace Peft;

/// <summary>Writes the files of an adapter's folder.</summary>
internal static class AdapterFolderWriter
{
    /// <summary>Writes an adapter's tensors, the head's, and the manifest.</summary>
    public static void Write(
        PeftModel model, Adapter? adapter, IReadOnlyDictionary<string, Tensor> head, string folder, bool isMerged, string? backbone)
    {
        if (!isMerged && adapter?.Router?.Weights is { Scalars: null })
        {
            throw new AdapterFolderException(
                folder, "cannot hold all experts with weights for each element; save the merged method (AdapterForm.Merged), or set the "
                    + "router's Weights to null first.");
        }

        Directory.CreateDirectory(folder);
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>();
        if (adapter is not null)
        {
            var named = isMerged
                ? adapter.MergedTensors().Select(pair => (pair.Key, pair.Value))
                : adapter.NamedParameters.Select(pair => (pair.Key, (Tensor)pair.Parameter));
            foreach (var (key, tensor) in named)
                tensors.Add(key, tensor);
        }

        if (adapter?.Unfreezing is not null)
        {
            foreach (var (key, parameter) in model.Backbone.named_parameters().Where(pair => pair.Item2.requires_grad))
                tensors[key] = parameter;
        }

        foreach (var (key, value) in head)
            tensors[key] = value;
        SafetensorsWriter.Write(
            Path.Combine(folder, AdapterFolder.TensorsName), [.. tensors.Select(pair => TensorBytes(pair.Key, pair.Value))]);
        var manifest = AdapterManifest.Describe(adapter, isMerged, backbone) with
        {
            BackboneIdentity = BackboneIdentity.Compute(model),
            Head = head.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<long>)[.. pair.Value.shape]),
            HeadKind = model.HeadKind,
            Labels = adapter?.Labels ?? model.OwnLabels,
            AddedTokens = model.AddedTokens,
            Plugins = PluginReference.Join(PluginReference.Find(adapter?.Spec).Concat(model.Plugins)),
            Checksum = ChecksumOf(folder),
        };
        AtomicFile.Write(
            Path.Combine(folder, AdapterFolder.ManifestName), stream => JsonSerializer.Serialize(stream, manifest, AdapterManifest.Json));
    }

    /// <summary>The SHA-256 of the file of tensors.</summary>
    public static string ChecksumOf(string folder)
    {
        using var stream = RegularFile.Open(Path.Combine(folder, AdapterFolder.TensorsName));
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static TensorSource TensorBytes(string name, Tensor tensor)
    {
        var values = tensor.detach().to(ScalarType.Float32).cpu().contiguous();
        return new TensorSource(name, DType.F32, [.. values.shape], stream => TensorParts.Write(values, stream));
    }
}
