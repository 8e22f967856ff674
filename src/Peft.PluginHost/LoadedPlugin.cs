using System.Reflection;

namespace Peft.PluginHost;

/// <summary>A plugin whose methods can be named.</summary>
public sealed class LoadedPlugin
{
    private readonly FileStamps _stamps;
    private PluginLoadContext? _context;

    internal LoadedPlugin(PluginFile file, Assembly assembly, PluginLoadContext context, FileStamps stamps, IReadOnlyList<MethodDescriptor> methods)
    {
        (Name, File, Version, Methods) = (file.Name, file.Path, assembly.GetName().Version ?? new Version(), methods);
        (Assembly, _context, _stamps) = (assembly, context, stamps);
    }

    /// <summary>The plugin's name: its file's, without <c>.dll</c>.</summary>
    public string Name { get; }

    /// <summary>The file it was loaded from.</summary>
    public string File { get; }

    /// <summary>The assembly's version.</summary>
    public Version Version { get; }

    /// <summary>The methods it offers; empty once it is unloaded.</summary>
    public IReadOnlyList<MethodDescriptor> Methods { get; private set; }

    /// <summary>The plugin's assembly; null once it is unloaded.</summary>
    internal Assembly? Assembly { get; private set; }

    /// <summary>Where it lives; a test may watch it go.</summary>
    internal WeakReference Context => new(_context);

    /// <summary>Whether its files, or its libraries', are still those that were loaded.</summary>
    internal bool IsCurrent => _stamps.Equals(FileStamps.Of(_stamps.Files.Keys));

    /// <summary>Lets the runtime collect the plugin as soon as no model uses its methods any more.</summary>
    internal void Unload()
    {
        Methods = [];
        Assembly = null;
        _context?.Unload();
        _context = null;
    }
}
