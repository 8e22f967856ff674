using System.Reflection;
using System.Runtime.Loader;

namespace Peft.Training;

/// <summary>
/// Checks a plugin's references and those of its libraries, so that a missing library is reported before the plugin runs, not in its first
/// step.
/// </summary>
internal sealed class DependencyCheck(string plugin, PrivateFiles files)
{
    private readonly HashSet<string> _seen = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _private = [];

    /// <summary>Checks everything that an image needs.</summary>
    /// <returns>The files of the plugin's own libraries, without the plugin itself.</returns>
    /// <exception cref="MissingDependencyException">An assembly is missing or too old.</exception>
    /// <exception cref="ContractMismatchException">A library that it brings was built against another contract.</exception>
    /// <exception cref="TorchMismatchException">A library that it brings was built against another TorchSharp.</exception>
    public IReadOnlyList<string> Run(PluginImage image)
    {
        var waiting = new Queue<(string NeededBy, Reference Reference)>();
        Enqueue("it", image);
        while (waiting.TryDequeue(out var next))
        {
            if (SharedAssemblies.Find(next.Reference.Name) is not null || !_seen.Add(next.Reference.Name))
                continue;
            if (files.Find(next.Reference.Name) is { } file)
                Enqueue(next.Reference.Name, ReadPrivate(file, next.NeededBy, next.Reference));
            else
                CheckHost(next.NeededBy, next.Reference);
        }

        return _private;

        void Enqueue(string neededBy, PluginImage from)
        {
            foreach (var reference in from.References)
                waiting.Enqueue((neededBy, reference));
        }
    }

    private PluginImage ReadPrivate(string file, string neededBy, Reference reference)
    {
        _private.Add(file);
        var image = PluginImage.Read(file) ?? throw Missing(neededBy, reference, $"{file}, which is no .NET assembly");
        Compare(AssemblyName.GetAssemblyName(file).Version, neededBy, reference);
        ContractCheck.CheckShared(file, image);
        return image;
    }

    /// <summary>Checks an assembly that is not among the plugin's files and so comes from the host or the framework.</summary>
    private void CheckHost(string neededBy, Reference reference)
    {
        try
        {
            Compare(AssemblyLoadContext.Default.LoadFromAssemblyName(new AssemblyName { Name = reference.Name })
                .GetName().Version, neededBy, reference);
        }
        catch (Exception problem) when (problem is FileNotFoundException or FileLoadException or BadImageFormatException)
        {
            throw Missing(neededBy, reference, "no such file beside it, in the program or in the framework");
        }
    }

    private void Compare(Version? found, string neededBy, Reference reference)
    {
        if (found < reference.Version)
            throw Missing(neededBy, reference, found?.ToString() ?? "a file without a version");
    }

    private MissingDependencyException Missing(string neededBy, Reference reference, string found) =>
        new(plugin, reference.Name, reference.Version, neededBy, found);
}
