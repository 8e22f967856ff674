using System.Text.Json;
using Peft.Data;

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
    /// <param name="model">The model, which does not change.</param>
    /// <param name="folder">The folder; created if missing.</param>
    /// <param name="form">What to write of the adapter.</param>
    /// <param name="backbone">The backbone that the adapter was trained on, recorded in the manifest.</param>
    /// <param name="name">The name of an adapter, active or not; null for <see cref="PeftModel.Adapter"/>.</param>
    /// <exception cref="UnknownNameException">There is no adapter of that name.</exception>
    /// <exception cref="EjectionException">The form is <see cref="AdapterForm.Flat"/> and there is no adapter, or none of its methods is
    /// reparametrised.</exception>
    /// <exception cref="AdapterFolderException">The form is <see cref="AdapterForm.Trained"/> and the mixture has weights for each element,
    /// which files do not hold.</exception>
    public static void Save(
        PeftModel model, string folder, AdapterForm form = AdapterForm.Trained, string? backbone = null, string? name = null)
    {
        var adapter = name is null ? model.Adapter : model.Adapters[name];
        var head = model.Adapters.Heads.Get(adapter);
        if (form != AdapterForm.Flat)
        {
            AdapterFolderWriter.Write(model, adapter, head, folder, isMerged: form == AdapterForm.Merged, backbone);
            return;
        }

        if (adapter is not { IsEjectable: true })
            throw new EjectionException(name ?? PeftModel.DefaultName, adapter?.Spec.Expression ?? "none");
        using var flat = model.Adapters.Flattened(adapter);
        AdapterFolderWriter.Write(model, flat, head, folder, isMerged: false, backbone);
    }

    /// <summary>Reads a folder's manifest.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The manifest.</returns>
    /// <exception cref="AdapterFolderException">The manifest is missing or unreadable.</exception>
    public static AdapterManifest ReadManifest(string folder)
    {
        var file = Path.Combine(folder, ManifestName);
        var json = SettingsFile.Read(file, out var problem);
        if (json is null)
            throw problem is null
                ? new AdapterFolderException(folder, $"holds no {ManifestName}; expected a folder that `peft train` wrote.")
                : new AdapterFolderException(file, problem);
        try
        {
            var manifest = JsonRecord.Read<AdapterManifest>(json, AdapterManifest.Reading);
            return manifest.Problem is { } wrong ? throw new AdapterFolderException(file, wrong) : manifest;
        }
        catch (JsonException malformed)
        {
            throw new AdapterFolderException(file, $"is not a valid manifest ({JsonFault.Describe(malformed)}).");
        }
        catch (SiteSelectionException malformed) // a pattern of modules
        {
            throw new AdapterFolderException(file, $"has a pattern that cannot be used: {malformed.Message}");
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
        var spec = manifest.Method is null ? null : AdapterFolderReader.SpecOf(manifest, registry, folder);
        var adapter = spec is null
            ? null : model.AttachNew(spec, seed: 0, blank: true, TrainableLimit.FromFile(folder, ManifestName, file));
        try
        {
            AdapterFolderReader.Copy(model, adapter, file, manifest, folder);
        }
        catch
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
        var adapter = model.Adapters.AddNew(name, AdapterFolderReader.SpecOf(manifest, registry, folder), seed: 0, blank: true,
            TrainableLimit.FromFile(folder, ManifestName, file));
        try
        {
            AdapterFolderReader.Copy(model, adapter, file, manifest, folder);
        }
        catch
        {
            model.Adapters.Remove(name);
            throw;
        }

        adapter.Labels = manifest.Labels;
        return adapter;
    }
}

/// <summary>What is written of an adapter.</summary>
public enum AdapterForm
{
    /// <summary>The adapter as it was trained, a mixture with all of its experts, so that training can continue.</summary>
    Trained,

    /// <summary>For a mixture: the equivalent plain method, whose tensors are the experts' averages.</summary>
    Merged,

    /// <summary>
    /// For a reparametrised method, such as a prefix: the equivalent one without its network (<see cref="AdapterSet.Eject"/>).
    /// </summary>
    Flat,
}

/// <summary>An adapter's folder is missing, unreadable, or does not fit the model.</summary>
/// <param name="path">The folder or file.</param>
/// <param name="problem">What was expected and what was found.</param>
public sealed class AdapterFolderException(string path, string problem) : Exception($"{path} {problem}");
