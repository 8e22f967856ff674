using Peft.Formats;
using Peft.Interop;
using Peft.Training;

namespace Peft.Cli;

/// <summary>An adapter that a command was given: the folder itself or a run's, and the backbone it belongs to.</summary>
internal static class AdapterInput
{
    /// <summary>The adapter's folder: the given one, or <c>adapter</c> in a run's.</summary>
    public static string FolderOf(string path)
    {
        var inside = Path.Combine(path, "adapter");
        return !File.Exists(Path.Combine(path, AdapterFolder.ManifestName)) && Directory.Exists(inside) ? inside : path;
    }

    /// <summary>The checkpoint folder of an adapter's backbone.</summary>
    /// <param name="folder">The adapter's folder.</param>
    /// <param name="given">What the user said, or null for what the adapter's manifest says.</param>
    public static string BackboneOf(string folder, string? given)
    {
        var name = given ?? AdapterFolder.ReadManifest(folder).Backbone
            ?? throw new UsageException($"--backbone: {folder} does not say what it was trained on; name the checkpoint folder.");
        var place = BackboneSource.Folder(name);
        return Directory.Exists(place) ? place : throw new UsageException($"--backbone: {place} is no folder; give the checkpoint folder that the adapter was trained on.");
    }

    /// <summary>The backbone with the adapter and its head.</summary>
    public static PeftModel Load(string folder, string backbone, MethodRegistry registry)
    {
        using var tensors = SafetensorsFile.Open(Path.Combine(folder, AdapterFolder.TensorsName));
        var model = AdapterBackbone.Open(backbone, AdapterBackbone.LabelsIn(tensors));
        try
        {
            AdapterFolder.Load(model, folder, registry);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
