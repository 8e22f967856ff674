using System.Reflection;
using System.Runtime.Loader;

namespace Peft.Training;

/// <summary>Finds the libraries that a plugin brings: by its deps.json, else beside it.</summary>
/// <remarks>Reads the folder once; a plugin that is loaded anew gets a new one.</remarks>
internal sealed class PrivateFiles(string plugin)
{
    private readonly AssemblyDependencyResolver _resolver = new(plugin);
    private readonly string _folder = Path.GetDirectoryName(plugin)!;

    /// <summary>The file of a managed library, or null where the plugin does not bring it.</summary>
    public string? Find(string name) =>
        _resolver.ResolveAssemblyToPath(new AssemblyName { Name = name }) ?? Existing(Path.Combine(_folder, name + ".dll"));

    /// <summary>Names of the assemblies beside the plugin, and of those that its deps.json puts elsewhere among the ones given.</summary>
    public IEnumerable<string> NamesWith(IEnumerable<string> found) =>
        Directory.EnumerateFiles(_folder, "*.dll").Concat(found).Select(file => Path.GetFileNameWithoutExtension(file)!).Distinct();

    private static string? Existing(string file) => File.Exists(file) ? file : null;
}
