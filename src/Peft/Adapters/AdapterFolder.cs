using System.Security.Cryptography;
using System.Text.Json;
using Peft.Data;
using static TorchSharp.torch;

namespace Peft;

/// <summary>
/// An adapter on disk: <c>adapter.json</c> (its description) and <c>adapter.safetensors</c> (its tensors and the head's).
/// </summary>
public static class AdapterFolder
{
    /// <summary>The file that describes the adapter.</summary>
    public const string ManifestName = "adapter.json";

    /// <summary>The file with the tensors.</summary>
    public const string TensorsName = "adapter.safetensors";

    /// <summary>Writes an adapter and its head. Each file is written atomically. The adapter's name is not stored.</summary>
    /// <param name="model">The model.</param>
    /// <param name="folder">The folder; created if missing.</param>
    /// <param name="merged">For a mixture: write the equivalent plain method instead of all experts.</param>
    /// <param name="backbone">The backbone that the adapter was trained on, recorded in the manifest.</param>
    /// <param name="name">The name of an adapter, active or not; null for <see cref="PeftModel.Adapter"/>.</param>
    /// <exception cref="UnknownNameException">There is no adapter of that name.</exception>
    public static void Save(PeftModel model, string folder, bool merged = false, string? backbone = null, string? name = null)
    {
        var adapter = name is null ? model.Adapter : model.Adapters[name];
        Write(model, adapter, model.Adapters.Heads.Get(adapter), folder, merged, backbone);
    }

    /// <summary>
    /// Writes the flat variant of an adapter and its head, without changing the adapter; see <see cref="AdapterSet.Eject"/>.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="folder">The folder; created if missing.</param>
    /// <param name="backbone">The backbone that the adapter was trained on, recorded in the manifest.</param>
    /// <param name="name">The name of an adapter, active or not; null for <see cref="PeftModel.Adapter"/>.</param>
    /// <exception cref="UnknownNameException">There is no adapter of that name.</exception>
    /// <exception cref="EjectionException">There is no adapter, or none of its methods is reparametrised.</exception>
    public static void SaveFlat(PeftModel model, string folder, string? backbone = null, string? name = null)
    {
        var adapter = name is null ? model.Adapter : model.Adapters[name];
        if (adapter is not { IsEjectable: true })
            throw new EjectionException(name ?? PeftModel.DefaultName, adapter?.Spec.Expression ?? "none");
        using var flat = model.Adapters.Flattened(adapter);
        Write(model, flat, model.Adapters.Heads.Get(adapter), folder, merged: false, backbone);
    }

    private static void Write(
        PeftModel model, Adapter? adapter, IReadOnlyDictionary<string, Tensor> head, string folder, bool merged, string? backbone)
    {
        if (!merged && adapter?.Router?.Weights is { Scalars: null })
        {
            throw new AdapterFolderException(
                folder, "cannot hold all experts with weights for each element; save the merged method (merged: true), or set the "
                    + "router's Weights to null first.");
        }

        Directory.CreateDirectory(folder);
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>();
        if (adapter is not null)
        {
            var named = merged
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
        SafetensorsWriter.Write(Path.Combine(folder, TensorsName), [.. tensors.Select(pair => TensorBytes(pair.Key, pair.Value))]);
        var manifest = AdapterManifest.Describe(adapter, merged, backbone) with
        {
            BackboneIdentity = BackboneIdentity.Compute(model),
            Head = head.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<long>)[.. pair.Value.shape]),
            Labels = adapter?.Labels ?? model.OwnLabels,
            Plugins = PluginReference.Join(PluginReference.Of(adapter?.Spec).Concat(model.Plugins)),
            Checksum = ChecksumOf(folder),
        };
        WriteWhole(Path.Combine(folder, ManifestName), JsonSerializer.SerializeToUtf8Bytes(manifest, AdapterManifest.Json));
    }

    /// <summary>Reads a folder's manifest.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The manifest.</returns>
    /// <exception cref="AdapterFolderException">The manifest is missing or unreadable.</exception>
    public static AdapterManifest ReadManifest(string folder)
    {
        var file = Path.Combine(folder, ManifestName);
        if (!File.Exists(file))
            throw new AdapterFolderException(folder, $"holds no {ManifestName}; expected a folder that `peft train` wrote.");
        try
        {
            var manifest = JsonSerializer.Deserialize<AdapterManifest>(File.ReadAllBytes(file), AdapterManifest.Json)
                ?? throw new JsonException("the file is empty");
            return manifest.Problem is { } problem ? throw new AdapterFolderException(file, problem) : manifest;
        }
        catch (JsonException problem)
        {
            throw new AdapterFolderException(file, $"is not a valid manifest ({problem.Message}).");
        }
    }

    /// <summary>Attaches a folder's method to a model and loads all of its tensors, strictly.</summary>
    /// <param name="model">A model with nothing attached.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="registry">The known methods.</param>
    /// <exception cref="AdapterFolderException">The folder does not fit the model; the model is not changed.</exception>
    /// <exception cref="UnknownNameException">The method is not known.</exception>
    /// <exception cref="MissingPluginException">The method comes from a plugin that is not loaded.</exception>
    public static void Load(PeftModel model, string folder, MethodRegistry registry)
    {
        var manifest = ReadManifest(folder);
        using var file = SafetensorsFile.Open(Path.Combine(folder, TensorsName));
        var adapter = manifest.Method is null ? null : model.AttachNew(SpecOf(manifest, registry, folder), seed: 0, blank: true);
        try
        {
            Copy(model, adapter, file, manifest, folder);
        }
        catch (AdapterFolderException)
        {
            model.Detach();
            throw;
        }

        model.Labels = manifest.Labels ?? model.Labels;
    }

    /// <summary>
    /// Adds a folder's adapter under a name and loads all of its tensors and its head, strictly. The active adapters do not change.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="name">A name that is not in use.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="registry">The known methods.</param>
    /// <returns>The adapter, not active.</returns>
    /// <exception cref="AdapterFolderException">The folder does not fit the model or holds no adapter; nothing is added.</exception>
    /// <exception cref="UnknownNameException">The method is not known.</exception>
    /// <exception cref="MissingPluginException">The method comes from a plugin that is not loaded.</exception>
    /// <exception cref="DuplicateAdapterException">The name is already in use.</exception>
    public static Adapter LoadAs(PeftModel model, string name, string folder, MethodRegistry registry)
    {
        var manifest = ReadManifest(folder);
        using var file = SafetensorsFile.Open(Path.Combine(folder, TensorsName));
        if (manifest.Method is null)
            throw new AdapterFolderException(folder, "holds a head and no adapter, so that there is nothing to name; use Load.");
        var adapter = model.Adapters.AddNew(name, SpecOf(manifest, registry, folder), seed: 0, blank: true);
        try
        {
            Copy(model, adapter, file, manifest, folder);
        }
        catch (AdapterFolderException)
        {
            model.Adapters.Remove(name);
            throw;
        }

        adapter.Labels = manifest.Labels;
        return adapter;
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

        if (manifest.Checksum is not null && manifest.Checksum != ChecksumOf(folder))
        {
            throw new AdapterFolderException(
                Path.Combine(folder, TensorsName),
                $"is not the file that {ManifestName} was written with: the checksum differs, so one of them was changed or cut "
                    + "off. Nothing was loaded.");
        }
    }

    /// <summary>Reads the specification. An option or method that only a later version has is reported as such.</summary>
    private static AdapterSpec SpecOf(AdapterManifest manifest, MethodRegistry registry, string folder)
    {
        if (manifest.Plugins.Where(plugin => plugin.LacksMethods(registry)).ToList() is { Count: > 0 } missing)
            throw new MissingPluginException(folder, missing);
        try
        {
            return manifest.ToSpec(registry);
        }
        catch (Exception problem) when (manifest.Format > AdapterManifest.CurrentFormat
            && (problem is MethodOptionException or UnknownNameException))
        {
            throw new AdapterFolderException(
                folder, $"was written by Peft {manifest.Versions.GetValueOrDefault("peft", "of a later version")} and asks for what "
                    + $"this version, {AdapterManifest.Version}, does not have: {problem.Message}");
        }
    }

    private static string ChecksumOf(string folder)
    {
        using var stream = File.OpenRead(Path.Combine(folder, TensorsName));
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static void Copy(PeftModel model, Adapter? adapter, SafetensorsFile file, AdapterManifest manifest, string folder)
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
        foreach (var (key, parameter) in targets)
        {
            var values = empty(parameter.shape, dtype: ScalarType.Float32);
            file.CopyTo(key, 0, values.bytes);
            parameter.copy_(values);
        }
    }

    private static TensorSource TensorBytes(string name, Tensor tensor)
    {
        var values = tensor.detach().to(ScalarType.Float32).cpu().contiguous();
        return new TensorSource(name, DType.F32, [.. values.shape], values.bytes.ToArray());
    }

    private static void WriteWhole(string path, byte[] bytes)
    {
        var temporary = path + ".partial";
        File.WriteAllBytes(temporary, bytes);
        File.Move(temporary, path, overwrite: true);
    }
}

/// <summary>An adapter's folder is missing, unreadable, or does not fit the model.</summary>
/// <param name="path">The folder or file.</param>
/// <param name="problem">What was expected and what was found.</param>
public sealed class AdapterFolderException(string path, string problem) : Exception($"{path} {problem}");
