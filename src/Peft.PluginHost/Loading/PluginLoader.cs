using System.Reflection;

namespace Peft.PluginHost;

/// <summary>Loads one plugin: checks its metadata, then its libraries, and only then runs its code.</summary>
internal static class PluginLoader
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
        var stamps = FileStamps.Of([file.Path, Path.ChangeExtension(file.Path, ".deps.json"), .. own]);
        var context = new PluginLoadContext(file.Name, files);
        try
        {
            var assembly = LoadAssembly(context, image, file.Path);
            return new LoadedPlugin(file, assembly, context, stamps, Describe(assembly, file.Path));
        }
        catch
        {
            context.Unload();
            throw;
        }
    }

    /// <summary>Whether an exception says what is wrong with a plugin, rather than with the program.</summary>
    public static bool IsFailure(Exception problem) => problem is NotAPluginException or ContractMismatchException or TorchMismatchException
        or MissingDependencyException or DuplicatePluginException or DuplicatePluginMethodException or PluginCodeException or PluginDefaultsException;

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

    private static Assembly LoadAssembly(PluginLoadContext context, PluginImage image, string file)
    {
        try
        {
            return context.Load(image.Bytes, file);
        }
        catch (Exception problem) when (problem is BadImageFormatException or FileLoadException)
        {
            throw new NotAPluginException(file, $"an assembly that this program cannot load ({problem.Message.ReplaceLineEndings(" ").Trim()})");
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
