using System.Reflection;
using Peft.Data;

namespace Peft.Training;

/// <summary>Checks from metadata alone whether an assembly is a plugin for this contract and this TorchSharp.</summary>
internal static class ContractCheck
{
    private const BindingFlags AnyMember =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.FlattenHierarchy;

    /// <summary>Reads a file and checks it.</summary>
    /// <exception cref="NotAPluginException">It is not a .NET assembly, or has no method, task or family of backbones.</exception>
    /// <exception cref="ContractMismatchException">It was built against another contract.</exception>
    /// <exception cref="TorchMismatchException">It was built against another TorchSharp, or uses what this one lacks.</exception>
    /// <exception cref="LibraryMismatchException">It was built against another version of Peft's libraries.</exception>
    public static PluginImage Read(string file)
    {
        if (!File.Exists(file))
            throw new NotAPluginException(file, "no such file, though its folder holds other assemblies");
        if (FileKind.Describe(file) is { } kind)
            throw new NotAPluginException(file, kind);
        if (new FileInfo(file).Length > PluginImage.MaxBytes)
            throw new NotAPluginException(file, $"a file of more than {PluginImage.MaxBytes >> 20} MB");
        var image = PluginImage.Read(file) ?? throw new NotAPluginException(file, "a file that is no .NET assembly or cannot be read");
        if (VersionOf(image, SharedAssemblies.ContractName) is null && !image.HasExtensions)
            throw new NotAPluginException(file, "an assembly that does not use Peft.Abstractions");
        CheckContract(file, image);
        if (!image.HasMethods && !image.HasExtensions)
            throw new NotAPluginException(file, "no entry in its method catalog (does its project use the generator of "
                + "Peft.Abstractions?)");
        CheckTorch(file, image);
        CheckLibraries(file, image);
        return image;
    }

    /// <summary>Checks what a plugin, or a library that it brings, was built against.</summary>
    /// <remarks>
    /// A later version than the host's is rejected here. Otherwise .NET would reject the host's assembly, and the loader would use a copy
    /// in the plugin's folder.
    /// </remarks>
    /// <exception cref="ContractMismatchException">Another contract.</exception>
    /// <exception cref="TorchMismatchException">Another TorchSharp, or members that the host's lacks.</exception>
    public static void CheckShared(string file, PluginImage image)
    {
        CheckContract(file, image);
        CheckTorch(file, image);
        CheckLibraries(file, image);
    }

    /// <summary>
    /// The assembly version of Peft.Abstractions is the contract's. The major number increases when old plugins break, the minor number
    /// when members are added.
    /// </summary>
    private static void CheckContract(string file, PluginImage image)
    {
        var offered = SharedAssemblies.Contract.GetName().Version!;
        if (VersionOf(image, SharedAssemblies.ContractName) is { } wanted && (wanted.Major != offered.Major || wanted > offered))
            throw new ContractMismatchException(file, offered, wanted);
    }

    /// <summary>
    /// Peft's libraries must have the same version: a plugin built against another version may use members that are missing.
    /// </summary>
    private static void CheckLibraries(string file, PluginImage image)
    {
        foreach (var reference in image.References)
        {
            if (SharedAssemblies.Library(reference.Name)?.GetName().Version is { } offered && offered != reference.Version)
                throw new LibraryMismatchException(file, reference.Name, offered, reference.Version);
        }
    }

    private static void CheckTorch(string file, PluginImage image)
    {
        var offered = SharedAssemblies.Torch.GetName().Version!;
        if (VersionOf(image, SharedAssemblies.TorchName) is not { } wanted)
            return;
        if (wanted.Major != offered.Major || wanted.Minor != offered.Minor || wanted > offered)
        {
            throw new TorchMismatchException(
                file, $"TorchSharp {offered.ToString(3)}", $"TorchSharp {wanted.ToString(3)}",
                "build the plugin against the version expected");
        }

        // An assembly of one version number may still have members that this one lacks.
        if (image.UsesOfTorch.Where(use => !IsOffered(use)).Select(use => (UsedMember?)use).FirstOrDefault() is { } missing)
        {
            var parameters = missing.Parameters is { } count ? $" with {count} parameter(s)" : "";
            throw new TorchMismatchException(
                file,
                $"members of TorchSharp {offered.ToString(3)}",
                $"{missing.Type}.{missing.Name}{parameters}, which it lacks",
                "build the plugin against the version expected");
        }
    }

    private static bool IsOffered(UsedMember use)
    {
        for (var type = SharedAssemblies.Torch.GetType(use.Type); type is not null; type = type.BaseType)
        {
            if (type.GetMember(use.Name, AnyMember).Any(member => Matches(member, use.Parameters)))
                return true;
        }

        return false;
    }

    private static bool Matches(MemberInfo member, int? parameters) =>
        parameters is null ? member is FieldInfo : member is MethodBase method && method.GetParameters().Length == parameters;

    private static Version? VersionOf(PluginImage image, string assembly) =>
        image.References.Where(reference => reference.Name == assembly).Select(reference => reference.Version).FirstOrDefault();
}
