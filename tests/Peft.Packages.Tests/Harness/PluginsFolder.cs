using System.Runtime.CompilerServices;
using Peft.Training;

[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)] // seeds and threads belong to the process

namespace Peft.Packages.Tests;

/// <summary>A folder of plugins beside a folder for what they are built against.</summary>
internal sealed class PluginsFolder : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("peft-plugins-").FullName;
    private int _references;

    public PluginsFolder() => Directory.CreateDirectory(Plugins);

    /// <summary>What is given to the host.</summary>
    public string Plugins => Path.Combine(_root, "plugins");

    /// <summary>A path outside the plugins.</summary>
    public string Outside(string name) => Path.Combine(_root, name);

    /// <summary>Builds NAME/NAME.dll.</summary>
    public string Add(string name, string source, params string[] references) =>
        PluginCompiler.Compile(Path.Combine(Plugins, name), name, source, references);

    /// <summary>Builds NAME.dll beside other plugins.</summary>
    public string AddFlat(string name, string source) => PluginCompiler.Compile(Plugins, name, source);

    /// <summary>Builds an assembly to be referenced, which does not travel with plugins unless copied.</summary>
    public string Reference(string name, string source, params string[] references) =>
        PluginCompiler.Compile(Outside($"references-{_references++}"), name, source, references);

    /// <summary>Puts a built assembly into a plugin's folder.</summary>
    public string Copy(string file, string plugin)
    {
        var target = Path.Combine(Plugins, plugin, Path.GetFileName(file));
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Copy(file, target, overwrite: true);
        return target;
    }

    /// <summary>Loads everything.</summary>
    public PluginCatalog Load(MethodRegistry registry)
    {
        var catalog = new PluginCatalog([Plugins]);
        catalog.AddTo(registry);
        return catalog;
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    /// <summary>Collects until an object is gone, a bounded number of times. The caller must hold it in no frame of its own.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool IsCollected(WeakReference reference)
    {
        for (var i = 0; i < 20 && reference.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return !reference.IsAlive;
    }
}
