using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Peft.Models;

/// <summary>Reads resources of an assembly as data. The assembly is never loaded, so that none of its code can run.</summary>
internal static class ManagedResources
{
    /// <summary>Reads a resource.</summary>
    /// <param name="assembly">The assembly's file.</param>
    /// <param name="suffix">How the resource's name ends: <c>model.onnx</c>.</param>
    /// <returns>The bytes.</returns>
    /// <exception cref="MiniLmPackageException">The file is no assembly, or has no such resource.</exception>
    public static byte[] Read(string assembly, string suffix)
    {
        try
        {
            using var portable = new PEReader(File.OpenRead(assembly));
            var metadata = portable.GetMetadataReader();
            var directory = portable.PEHeaders.CorHeader!.ResourcesDirectory;
            var resource = metadata.ManifestResources.Select(metadata.GetManifestResource)
                .First(one => one.Implementation.IsNil && metadata.GetString(one.Name).EndsWith(suffix, StringComparison.Ordinal));
            var start = portable.GetSectionData(directory.RelativeVirtualAddress).GetReader((int)resource.Offset, sizeof(int)).ReadInt32();
            return portable.GetSectionData(directory.RelativeVirtualAddress)
                .GetContent((int)resource.Offset + sizeof(int), start).ToArray();
        }
        catch (Exception problem) when (
            problem is IOException or UnauthorizedAccessException or BadImageFormatException or InvalidOperationException
                or ArgumentException)
        {
            throw new MiniLmPackageException($"{assembly}: the resource {suffix} cannot be read ({problem.Message})");
        }
    }
}
