using System.Reflection;
using McMaster.NETCore.Plugins;
using Peft.Models;
using TorchSharp;

namespace Peft.Training;

/// <summary>Loads one plugin: checks its metadata, then its libraries, and only then runs its code.</summary>
internal static class CheckedPluginLoader
{
    /// <exception cref="NotAPluginException">The file is no plugin.</exception>
    /// <exception cref="ContractMismatchException">It was built against another contract.</exception>
    /// <exception cref="TorchMismatchException">It was built against another TorchSharp.</exception>
    /// <exception cref="MissingDependencyException">A library is missing.</exception>
    /// <exception cref="PluginCodeException">Its code threw while it described its methods.</exception>
    public static LoadedPlugin Load(PluginFile file)
    {
        var image = ContractCheck.Read(file.Path);
        var files = FindPrivate(file.Path);
        var own = new DependencyCheck(file.Path, files).Run(image);
        var stamps = FileStamps.Capture([file.Path, Path.ChangeExtension(file.Path, ".deps.json"), .. own]);
        var loader = Loader(file.Path, files.NamesWith(own));
        try
        {
            var assembly = LoadAssembly(loader, image, file.Path);
            return new LoadedPlugin(file, assembly, loader, stamps, Describe(assembly, file.Path),
                Instances<IFineTuningTask>(assembly, file.Path), Instances<IBackboneFamily>(assembly, file.Path));
        }
        catch
        {
            loader.Dispose();
            throw;
        }
    }

    /// <summary>
    /// A collectible load context: the contract, TorchSharp and Peft's libraries are the host's, all else that the plugin brings is its
    /// own.
    /// </summary>
    /// <remarks>
    /// The loader's own hot reload stays off: it unloads a build before the next one is checked, also when the file is only half written.
    /// <see cref="PluginCatalog.Watch"/> makes a new loader once the new build has passed the checks.
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

    /// <summary>Whether an exception says what is wrong with a plugin, rather than with the program.</summary>
    public static bool IsFailure(Exception problem) => problem is NotAPluginException or ContractMismatchException or TorchMismatchException
        or MissingDependencyException or DuplicatePluginException or DuplicatePluginMethodException or DuplicatePluginTaskException
            or DuplicatePluginBackboneException or LibraryMismatchException or PluginCodeException
            or PluginDefaultsException;

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
    private static IReadOnlyList<T> Instances<T>(Assembly assembly, string file)
    {
        try
        {
            return
            [
                .. assembly.GetExportedTypes().Where(type => !type.IsAbstract && type.IsAssignableTo(typeof(T)))
                    .Select(type => (T)Activator.CreateInstance(type)!),
            ];
        }
        catch (Exception problem)
        {
            throw new PluginCodeException(file, problem is TargetInvocationException { InnerException: { } cause } ? cause : problem);
        }
    }

    /// <summary>The first code of the plugin that runs; whatever it throws is its own fault.</summary>
    private static IReadOnlyList<MethodDescriptor> Describe(Assembly assembly, string file)
    {
        try
        {
            return MethodCatalog.Read(assembly);
        }
        catch (Exception problem)
        {
            // A static member that threw hides behind the runtime's wrapper.
            throw new PluginCodeException(file, problem is TypeInitializationException { InnerException: { } cause } ? cause : problem);
        }
    }
}
