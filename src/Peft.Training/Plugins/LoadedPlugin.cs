using System.Reflection;
using System.Runtime.Loader;
using McMaster.NETCore.Plugins;
using Peft.Models;

namespace Peft.Training;

/// <summary>A loaded plugin, whose methods, tasks and families of backbones can be used by name.</summary>
public sealed class LoadedPlugin
{
    private readonly FileStamps _stamps;
    private PluginLoader? _loader;

    internal LoadedPlugin(
        PluginFile file, Assembly assembly, PluginLoader loader, FileStamps stamps, IReadOnlyList<MethodDescriptor> methods,
        IReadOnlyList<IFineTuningTask> tasks, IReadOnlyList<IBackboneFamily> backbones)
    {
        (Name, File, Version) = (file.Name, file.Path, assembly.GetName().Version ?? new Version());
        (Methods, Tasks, Backbones) = (methods, tasks, backbones);
        (Assembly, _loader, _stamps) = (assembly, loader, stamps);
    }

    /// <summary>The plugin's name: its file's, without <c>.dll</c>.</summary>
    public string Name { get; }

    /// <summary>The file it was loaded from.</summary>
    public string File { get; }

    /// <summary>The assembly's version.</summary>
    public Version Version { get; }

    /// <summary>The methods it offers; empty once it is unloaded.</summary>
    public IReadOnlyList<MethodDescriptor> Methods { get; private set; }

    /// <summary>The tasks it offers; empty once it is unloaded.</summary>
    public IReadOnlyList<IFineTuningTask> Tasks { get; private set; }

    /// <summary>The families of backbones it offers; empty once it is unloaded.</summary>
    public IReadOnlyList<IBackboneFamily> Backbones { get; private set; }

    /// <summary>The plugin's assembly; null once it is unloaded.</summary>
    internal Assembly? Assembly { get; private set; }

    /// <summary>The plugin's load context, for tests of its collection.</summary>
    internal WeakReference Context => new(Assembly is null ? null : AssemblyLoadContext.GetLoadContext(Assembly));

    /// <summary>Whether its files, or its libraries', are still those that were loaded.</summary>
    internal bool IsCurrent => _stamps.Equals(FileStamps.Capture(_stamps.Files.Keys));

    /// <summary>Lets the runtime collect the plugin as soon as no model uses its methods any more.</summary>
    internal void Unload()
    {
        Methods = [];
        Tasks = [];
        Backbones = [];
        Assembly = null;
        _loader?.Dispose();
        _loader = null; // a disposed loader still holds its load context
    }
}
