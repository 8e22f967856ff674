using Peft.Data;
using static TorchSharp.torch;

namespace Peft;

/// <summary>Fills adapters from the files of an adapter's folder, strictly.</summary>
internal static class AdapterFolderReader
{
    /// <summary>Copies all tensors of a folder into an adapter and the head, after everything was checked.</summary>
    /// <exception cref="AdapterFolderException">The folder does not fit the model; nothing was copied.</exception>
    public static void Copy(PeftModel model, Adapter? adapter, SafetensorsFile file, AdapterManifest manifest, string folder)
    {
        var head = model.Adapters.Heads.Get(adapter);
        var targets = (adapter?.NamedParameters ?? []).ToDictionary(pair => pair.Key, pair => (Tensor)pair.Parameter);
        foreach (var (key, value) in head)
            targets[key] = value;
        if (adapter?.Unfreezing is not null)
        {
            foreach (var (key, parameter) in model.Backbone.named_parameters().Where(pair => file.Tensors.ContainsKey(pair.Item1)))
                targets[key] = parameter;
        }

        string[] missing = [.. targets.Keys.Where(key => !file.Tensors.ContainsKey(key))];
        string[] unexpected = [.. file.Tensors.Keys.Where(key => !targets.ContainsKey(key))];
        string[] misshapen =
        [
            .. targets
                .Where(pair => file.Tensors.TryGetValue(pair.Key, out var info)
                    && !(info.Shape.SequenceEqual(pair.Value.shape) && info.DType == DType.F32))
                .Select(pair => pair.Key),
        ];
        if (missing.Length + unexpected.Length + misshapen.Length > 0)
        {
            throw new AdapterFolderException(
                folder,
                $"does not fit this backbone: missing [{string.Join(", ", missing)}], unexpected [{string.Join(", ", unexpected)}], "
                + $"of another shape or dtype [{string.Join(", ", misshapen)}]. Nothing was loaded.");
        }

        CheckOrigin(model, manifest, folder);
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var values = targets.ToDictionary(pair => pair.Key, pair => Read(file, pair.Key, pair.Value.shape));
        string[] broken = [.. values.Where(pair => !pair.Value.isfinite().all().item<bool>()).Select(pair => pair.Key)];
        if (broken.Length > 0)
            throw new AdapterFolderException(
                folder, $"has values that are not finite (NaN or infinite) in [{string.Join(", ", broken)}]. Nothing was loaded; train it "
                + "again, or get another copy.");
        foreach (var (key, parameter) in targets)
            parameter.copy_(values[key]);
    }

    private static Tensor Read(SafetensorsFile file, string key, long[] shape)
    {
        var values = empty(shape, dtype: ScalarType.Float32);
        foreach (var (offset, part) in TensorParts.Split(values))
            file.CopyTo(key, offset, part.bytes);
        return values;
    }

    /// <summary>
    /// Checks that the adapter was trained on this backbone and that the tensors are those that the manifest describes, after keys and
    /// shapes have been matched.
    /// </summary>
    private static void CheckOrigin(PeftModel model, AdapterManifest manifest, string folder)
    {
        if (manifest.BackboneIdentity is { } trained && BackboneIdentity.Compute(model) is var own && own != trained)
        {
            throw new AdapterFolderException(
                folder,
                $"was trained on another backbone ({manifest.Backbone ?? "of unknown name"}, identity {trained}; this one's is {own}): "
                    + "configuration or layers differ. Nothing was loaded; "
                + "name the backbone that it was trained on.");
        }

        if (manifest.Checksum is not null && manifest.Checksum != AdapterFolderWriter.ChecksumOf(folder))
        {
            throw new AdapterFolderException(
                Path.Combine(folder, AdapterFolder.TensorsName),
                $"is not the file that {AdapterFolder.ManifestName} was written with: the checksum differs, so one of them was changed or "
                    + "cut off. Nothing was loaded.");
        }
    }

    /// <summary>Reads the specification. An option or method that only a later version has is reported as such.</summary>
    public static AdapterSpec SpecOf(AdapterManifest manifest, MethodRegistry registry, string folder)
    {
        if (manifest.Plugins.Where(plugin => plugin.LacksMethods(registry)).ToList() is { Count: > 0 } missing)
            throw new MissingPluginException(folder, missing);
        try
        {
            if (manifest.Mixture?.Weights is { } weights)
                ExpertWeights.Normalize(weights).Dispose();
            return manifest.ToSpec(registry);
        }
        catch (ExpertWeightsException problem)
        {
            throw new AdapterFolderException(Path.Combine(folder, AdapterFolder.ManifestName), $"field mixture: {problem.Message}");
        }
        catch (Exception problem) when (manifest.Format > AdapterManifest.CurrentFormat
            && (problem is MethodOptionException or UnknownNameException))
        {
            throw new AdapterFolderException(
                folder, $"was written by Peft {manifest.Versions.GetValueOrDefault("peft", "of a later version")} and asks for what "
                    + $"this version, {AdapterManifest.Version}, does not have: {problem.Message}");
        }
    }
}
