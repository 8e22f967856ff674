using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace Peft.PluginHost;

/// <summary>Where one plugin lives: the contract is the host's, everything else that the plugin brings is its own. Collected once nothing of it is used.</summary>
internal sealed class PluginLoadContext(string name, PrivateFiles files) : AssemblyLoadContext(name, isCollectible: true)
{
    /// <summary>Loads the bytes that were checked; from memory, so that the file can be built anew meanwhile.</summary>
    public Assembly Load(ImmutableArray<byte> bytes, string file)
    {
        var symbols = Path.ChangeExtension(file, ".pdb");
        using var assembly = new MemoryStream(ImmutableCollectionsMarshal.AsArray(bytes)!, writable: false);
        using var debug = File.Exists(symbols) ? new MemoryStream(File.ReadAllBytes(symbols)) : null;
        return LoadFromStream(assembly, debug);
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (SharedAssemblies.Find(assemblyName.Name) is { } shared)
            return shared;
        return files.Find(assemblyName.Name!) is { } file ? Load(ImmutableArray.Create(File.ReadAllBytes(file)), file) : null;
    }

    /// <inheritdoc/>
    protected override IntPtr LoadUnmanagedDll(string unmanagedDllName) =>
        files.FindNative(unmanagedDllName) is { } file ? LoadUnmanagedDllFromPath(file) : IntPtr.Zero;
}
