using System.Reflection;
using McMaster.NETCore.Plugins;
using Peft.Data;
using Peft.Models;
using TorchSharp;

namespace Peft.Training;

/// <summary>Loads one plugin: checks its metadata, then its libraries, and only then runs its code.</summary>
internal static class CheckedPluginLoader
{
    private static readonly string[] s_beside = [".deps.json", ".runtimeconfig.json", ".runtimeconfig.dev.json", ".pdb"];

    /// <exception cref="NotAPluginException">The file is no plugin.</exception>
    /// <exception cref="ContractMismatchException">It was built against another contract.</exception>
    /// <exception cref="TorchMismatchException">It was built against another TorchSharp.</exception>
    /// <exception cref="MissingDependencyException">A library is missing.</exception>
    /// <remarks>Any other exception comes from the plugin's own code, which runs here to describe its methods.</remarks>
    public static LoadedPlugin Load(PluginFile file, RegistryCheck names, LoadedPlugin? before)
    {
        var image = ContractCheck.Read(file.Path);
        CheckBeside(file.Path);
        var files = FindPrivate(file.Path);
        var own = new DependencyCheck(file.Path, files).Run(image);
        var stamps = FileStamps.Capture([file.Path, Path.ChangeExtension(file.Path, ".deps.json"), .. own]);
        var loader = Loader(file.Path, files.NamesWith(own));
        try
        {
            var assembly = LoadAssembly(loader, image, file.Path);
            var plugin = new LoadedPlugin(file, assembly, loader, stamps, MethodCatalog.Read(assembly),
                Instances<IFineTuningTask>(assembly), Instances<IBackboneFamily>(assembly));
            names.Check(plugin, before);
            return plugin;
        }
        catch
        {
            loader.Dispose();
            throw;
        }
    }

    /// <summary>
    /// A collectible load context: the contract, TorchSharp and Peft's libraries are the host's, and all other libraries in the plugin's
    /// folder are its own.
    /// </summary>
    /// <remarks>
    /// The loader's own hot reload stays off: it unloads a build before the next one is checked, even if the file is only half written.
    /// <see cref="PluginCatalog.Watch"/> creates a new loader once the new build has passed the checks.
    /// </remarks>
    internal static PluginLoader Loader(string file, IEnumerable<string> own) => PluginLoader.CreateFromAssemblyFile(
        file,
        isUnloadable: true,
        [typeof(AdaptationMethod), typeof(torch), .. SharedAssemblies.LibraryTypes],
        config =>
        {
            config.LoadInMemory = true; // the file can be built again meanwhile
            config.IsLazyLoaded = true; // otherwise all that TorchSharp references must be in the host's folder, used or not
            foreach (var name in own.Where(name => SharedAssemblies.Find(name) is null))
                config.PrivateAssemblies.Add(new AssemblyName { Name = name }); // also what TorchSharp references in another version
        });

    /// <summary>Whether an exception is about a plugin, not about the program.</summary>
    public static bool IsFailure(Exception problem) => problem is NotAPluginException or ContractMismatchException or TorchMismatchException
        or MissingDependencyException or DuplicatePluginException or DuplicatePluginMethodException or DuplicatePluginTaskException
            or DuplicatePluginBackboneException or LibraryMismatchException or PluginCodeException
            or PluginDefaultsException or PluginTimeoutException;

    /// <summary>Checks the files that the runtime reads in the plugin's folder. Opening a pipe would wait for another program.</summary>
    private static void CheckBeside(string file)
    {
        foreach (var beside in s_beside.Select(ending => Path.ChangeExtension(file, ending)))
        {
            if (!File.Exists(beside))
                continue;
            if (FileKind.Describe(beside) is { } kind)
                throw new NotAPluginException(file, $"{Path.GetFileName(beside)} beside it, which is {kind}");
            if (new FileInfo(beside).Length > PluginImage.MaxBytes)
                throw new NotAPluginException(file, $"{Path.GetFileName(beside)} beside it with more than {PluginImage.MaxBytes >> 20} MB");
        }
    }

    private static PrivateFiles FindPrivate(string file)
    {
        try
        {
            return new PrivateFiles(file);
        }
        catch (InvalidOperationException problem)
        {
            throw new NotAPluginException(file, $"a deps.json that cannot be read ({problem.Message.ReplaceLineEndings(" ").Trim()})");
        }
    }

    /// <summary>Loading runs none of the assembly's code, so that a file replaced after the checks is refused in time.</summary>
    internal static Assembly LoadAssembly(PluginLoader loader, PluginImage image, string file)
    {
        try
        {
            var assembly = loader.LoadDefaultAssembly();
            return assembly.ManifestModule.ModuleVersionId == image.Id
                ? assembly : throw new NotAPluginException(file, "a file that was replaced while it was loaded");
        }
        catch (Exception problem) when (problem is BadImageFormatException or IOException or UnauthorizedAccessException)
        {
            throw new NotAPluginException(file, "an assembly that this program cannot load "
                + $"({problem.Message.ReplaceLineEndings(" ").Trim()})");
        }
    }

    /// <summary>An instance of each public class that implements a contract; its constructor has no parameters.</summary>
    private static IReadOnlyList<T> Instances<T>(Assembly assembly) =>
    [
        .. assembly.GetExportedTypes().Where(type => !type.IsAbstract && type.IsAssignableTo(typeof(T)))
            .Select(type => (T)Activator.CreateInstance(type)!),
    ];
}
