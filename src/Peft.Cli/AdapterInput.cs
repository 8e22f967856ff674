using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Peft.Cli.Commands;
using Peft.Data;
using Peft.Models;
using Peft.Models.HuggingFace;
using Peft.Training;

namespace Peft.Cli;

/// <summary>An adapter that a command was given, of any library: its folder or a run's, and the backbone it belongs to.</summary>
/// <param name="Path">The adapter's folder or file.</param>
/// <param name="Format">Its format.</param>
/// <param name="Backbone">The checkpoint folder of its backbone.</param>
/// <param name="BackboneName">What the backbone is called in files.</param>
/// <param name="Labels">Outputs of the classification head in its files; null where there is none.</param>
internal sealed record AdapterInput(string Path, string Format, string Backbone, string BackboneName, int? Labels)
{
    /// <summary>The name under which the adapter is added.</summary>
    public const string DefaultName = PeftModel.DefaultName;

    /// <summary>Finds out what a path holds.</summary>
    /// <param name="path">The adapter's folder or file, or a run's folder.</param>
    /// <param name="format">Its format as the user said, or null.</param>
    /// <param name="backbone">Its backbone as the user said, or null for what the adapter says.</param>
    /// <param name="allowDownload">Whether a hub repository that the adapter names as its backbone may be downloaded.</param>
    /// <param name="cancellation">Cancels the download.</param>
    public static AdapterInput Resolve(
        string path, string? format, string? backbone, bool allowDownload, CancellationToken cancellation)
    {
        var inside = System.IO.Path.Combine(path, "adapter");
        var place = !File.Exists(System.IO.Path.Combine(path, AdapterFolder.ManifestName)) && Directory.Exists(inside) ? inside : path;
        var kind = format ?? AdapterFormats.Detect(place) ?? AdapterFormats.Own;
        var (trained, labels) = AdapterFormats.Describe(place, kind);
        var name = backbone ?? trained ?? throw new UsageException($"--backbone: {place} does not say what it was trained on; name the "
            + "checkpoint folder.");
        var folder = backbone is not null
            ? BackboneSource.Folder(backbone, CommonOptions.Note, cancellation)
            : BackboneSource.FolderNamedBy(FileOf(place, kind), name, allowDownload, CommonOptions.Note, cancellation);
        if (Directory.Exists(folder))
            return new AdapterInput(place, kind, folder, name, labels);
        throw new UsageException(
            backbone is null
                ? $"--backbone: the adapter was trained on '{name}', which is no folder here; name the folder with its config.json, or "
                    + "the hub's repository."
                : $"--backbone: {folder} is no folder; name the folder with the backbone's config.json.");
    }

    /// <summary>The file that names the backbone.</summary>
    private static string FileOf(string place, string format) =>
        System.IO.Path.Combine(place, format == AdapterFormats.Own ? AdapterFolder.ManifestName : PeftConfig.FileName);

    /// <summary>The backbone with the adapter, active, and its head.</summary>
    /// <param name="host">Provides the known methods and families of backbones.</param>
    /// <param name="options">What the file does not say.</param>
    /// <param name="shapesAlone">Whether a backbone folder without weights will do, as long as the adapter does not depend on them.</param>
    /// <param name="name">The adapter's name.</param>
    public PeftModel Load(IHost host, ImportOptions options, bool shapesAlone = false, string name = DefaultName)
    {
        var registry = host.Services.GetRequiredService<MethodRegistry>();
        CheckPlugins(host);
        var families = host.Services.GetRequiredService<BackboneRegistry>();
        var manifest = Format == AdapterFormats.Own ? AdapterFolder.ReadManifest(Path) : null;
        var tokens = manifest?.AddedTokens ?? [];
        var settings = new BackboneSettings { Pooler = AdapterBackbone.PoolerOf(Path) };
        var model = AdapterBackbone.Open(
            families, Backbone, options.WithHead ? Labels : null, AddedVocabulary.Extend(settings, Backbone, tokens), shapesAlone,
            manifest?.HeadKind);
        try
        {
            model.AddedTokens = tokens;
            if (Format == AdapterFormats.Own)
            {
                AdapterFolder.Load(model, Path, registry);
                if (name != DefaultName && model.Adapters.Contains(DefaultName))
                    model.Adapters.Rename(DefaultName, name);
            }
            else
            {
                AdapterFormats.Load(model, name, Path, Format, registry, options);
                model.Adapters.Activate(name);
            }

            if (shapesAlone && model.Adapter is { } adapter && AdapterFormats.UsesWeights(adapter.Spec)
                && !AdapterBackbone.HasWeights(Backbone))
                throw new UsageException($"--backbone: {Backbone} has no weights, and files of other libraries hold {adapter.Spec.Name} "
                    + "as values that depend on them; name a folder with weights.");
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>The backbone's tokenizer; null where its folder has no vocabulary.</summary>
    /// <param name="host">Provides the known families of backbones.</param>
    /// <param name="model">The loaded backbone, whose embedding the vocabulary must fit.</param>
    public ITokenizer? Tokenizer(IHost host, PeftModel model)
    {
        try
        {
            return BackboneSource.Tokenizer(
                host.Services.GetRequiredService<BackboneRegistry>(), Backbone, model.Backbone, model.AddedTokens);
        }
        catch (TokenizerFileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Checks that the plugins are loaded that the adapter and its backbone need.</summary>
    /// <exception cref="MissingPluginException">One is not.</exception>
    public void CheckPlugins(IHost host)
    {
        if (Format == AdapterFormats.Own && MissingPlugins(host, AdapterFolder.ReadManifest(Path)) is { Count: > 0 } missing)
            throw new MissingPluginException(Path, missing);
    }

    /// <summary>Plugins that an adapter needs and that are not loaded. It does not need the plugin of its task.</summary>
    public static IReadOnlyList<PluginReference> MissingPlugins(IHost host, AdapterManifest manifest) => RunPlugins.Missing(
        manifest.Plugins, host.Services.GetRequiredService<MethodRegistry>(), host.Services.GetRequiredService<BackboneRegistry>(), null);
}
