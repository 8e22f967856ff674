using System.Reflection;
using System.Runtime.Loader;

namespace Peft.Training;

/// <summary>Finds the libraries of a plugin: by its deps.json, otherwise in its folder.</summary>
/// <remarks>Reads the folder once, so loading a plugin again needs a new instance.</remarks>
internal sealed class PrivateFiles(string plugin)
{
    private readonly AssemblyDependencyResolver _resolver = new(plugin);
    private readonly string _folder = Path.GetDirectoryName(plugin)!;

    /// <summary>The file of a managed library; null if it is not among the plugin's files.</summary>
    public string? Find(string name) =>
        _resolver.ResolveAssemblyToPath(new AssemblyName { Name = name }) ?? Existing(Path.Combine(_folder, name + ".dll"));

    /// <summary>
    /// The names of the assemblies in the plugin's folder and of the given files, which its deps.json may place elsewhere.
    /// </summary>
    public IEnumerable<string> NamesWith(IEnumerable<string> found) =>
        Directory.EnumerateFiles(_folder, "*.dll").Concat(found).Select(file => Path.GetFileNameWithoutExtension(file)!).Distinct();

    private static string? Existing(string file) => File.Exists(file) ? file : null;
}
