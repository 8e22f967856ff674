using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Peft.Models;
using Peft.Cli.Output;
using Peft.Data;
using Peft.Training;

namespace Peft.Cli.Commands;

/// <summary><c>peft inspect</c>: what a checkpoint or adapter folder holds.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("dir") { Description = "a backbone (minilm, builtin, builtin-gpt2), a checkpoint folder, an "
            + "adapter folder, or a file of tensors" };
        var json = CommonOptions.Json();
        var command = new Command(
            "inspect",
            "Show the tensors and settings of a checkpoint or adapter.\n\nExamples:\n  peft inspect runs/first/adapter\n  peft inspect "
                + "minilm")
        {
            folder, json,
        };
        command.SetAction(PeftCommand.Guard((parsed, _) =>
        {
            var path = parsed.GetValue(folder)!;
            var isOwn = BackboneSource.IsOwn(path) && !Path.Exists(path);
            if (isOwn)
                path = BackboneSource.Folder(path, CommonOptions.Note);
            var card = isOwn ? File.ReadAllText(Path.Combine(path, MiniLmFiles.Card)) : null;
            using var archive = AdapterArchives.Open(path);
            var tensors = archive.Tensors.Values.OrderBy(tensor => tensor.Name, StringComparer.Ordinal).ToList();
            if (parsed.GetValue(json))
            {
                var manifest = PlaceOf(path) is var place && IsAdapter(place) ? AdapterFolder.ReadManifest(place) : null;
                JsonOutput.Print(new
                {
                    path,
                    card,
                    labels = manifest?.Labels,
                    addedTokens = manifest?.AddedTokens,
                    plugins = manifest?.Plugins,
                    tensors = tensors.Select(
                        tensor => new { tensor.Name, DType = tensor.DType.ToString(), tensor.Shape, tensor.ByteCount }),
                });
            }
            else
            {
                if (card is not null)
                    Console.Out.WriteLine(card);
                Print(path, tensors, CommonOptions.ReadPlugins(parsed));
            }

            return PeftCommand.Success;
        }));
        return command;
    }

    private static void Print(string path, List<TensorInfo> tensors, IReadOnlyList<string> plugins)
    {
        var place = PlaceOf(path);
        Console.Out.WriteLine(ControlCharacters.EscapeLine(Heading(place, plugins)));
        if (IsAdapter(place))
            PrintOrigin(AdapterFolder.ReadManifest(place), plugins);
        foreach (var tensor in tensors)
            Console.Out.WriteLine($"{tensor.DType,-5} {"[" + string.Join(", ", tensor.Shape) + "]",-16} "
                + $"{ControlCharacters.EscapeLine(tensor.Name)}");
        var elements = tensors.Sum(tensor => tensor.Shape.Aggregate(1L, (product, size) => product * size));
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{tensors.Count} tensors, {elements:N0} elements, "
                + $"{tensors.Sum(tensor => tensor.ByteCount):N0} bytes"));
    }

    /// <summary>A run's folder has its adapter inside.</summary>
    private static string PlaceOf(string path) => Path.Combine(path, "adapter") is var inside && IsAdapter(inside) ? inside : path;

    private static bool IsAdapter(string folder) => File.Exists(Path.Combine(folder, AdapterFolder.ManifestName));

    /// <summary>Names of the classes, and the plugins that the adapter needs.</summary>
    private static void PrintOrigin(AdapterManifest manifest, IReadOnlyList<string> plugins)
    {
        if (manifest.Labels is { } labels)
            Console.Out.WriteLine($"labels: {ControlCharacters.EscapeLine(string.Join(", ", labels))}");
        if (manifest.AddedTokens.Count > 0)
            Console.Out.WriteLine($"added tokens: {ControlCharacters.EscapeLine(string.Join(", ", manifest.AddedTokens))}");
        if (manifest.Plugins.Count == 0)
            return;
        using var host = Composition.Host(plugins);
        var missing = AdapterInput.MissingPlugins(host, manifest);
        foreach (var plugin in manifest.Plugins)
        {
            var advice = missing.Contains(plugin)
                ? $"; not loaded: name the folder that holds {plugin.Assembly}.dll with --plugins DIR" : "";
            Console.Out.WriteLine($"plugin: {ControlCharacters.EscapeLine($"{plugin}{advice}")}");
        }
    }

    private static string Heading(string path, IReadOnlyList<string> plugins)
    {
        if (IsAdapter(path))
        {
            var manifest = AdapterFolder.ReadManifest(path);
            var mixed = manifest.Mixture is null
                ? manifest.Merged ? ", merged from a mixture" : "" : $", mixed with {manifest.Mixture.Experts} experts";
            var options = string.Join(
                ", ", manifest.Parts.SelectMany(part => part.Options.Select(option => $"{part.Method}.{option.Key}={option.Value}")));
            return $"adapter: {manifest.Method ?? "none"}{mixed}; backbone {manifest.Backbone ?? "unknown"}; {options}";
        }

        if (AdapterFormats.Detect(path) is { } format)
            return $"adapter of {format}; backbone {AdapterFormats.Describe(path, format).Backbone ?? "unknown"}";
        if (File.Exists(Path.Combine(path, "config.json")))
        {
            using var host = Composition.Host(plugins);
            return host.Services.GetRequiredService<BackboneRegistry>().Find(path).Describe(path);
        }

        return path;
    }
}
