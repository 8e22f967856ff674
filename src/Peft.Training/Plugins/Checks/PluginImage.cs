using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;
using Peft.Data;
using Peft.Models;

namespace Peft.Training;

/// <summary>An assembly another assembly was built against.</summary>
internal readonly record struct Reference(string Name, Version Version);

/// <summary>A member of another assembly that an assembly uses; no parameter count for fields.</summary>
internal readonly record struct UsedMember(string Type, string Name, int? Parameters);

/// <summary>The metadata of an assembly, which is not loaded, so none of its code can run.</summary>
internal sealed class PluginImage
{
    /// <summary>The largest assembly that is read.</summary>
    public const long MaxBytes = 512 << 20;

    private static readonly Type[] s_contracts = [typeof(IFineTuningTask), typeof(IBackboneFamily)];

    private PluginImage(MetadataReader reader)
    {
        Id = reader.GetGuid(reader.GetModuleDefinition().Mvid);
        References = [.. reader.AssemblyReferences.Select(reader.GetAssemblyReference)
            .Select(found => new Reference(reader.GetString(found.Name), found.Version))];
        HasMethods = reader.GetAssemblyDefinition().GetCustomAttributes()
            .Any(attribute => IsCatalogEntry(reader, reader.GetCustomAttribute(attribute)));
        HasExtensions = reader.TypeDefinitions.Select(reader.GetTypeDefinition).Any(type => IsExtension(reader, type));
        UsesOfTorch = [.. MembersOfTorch(reader)];
    }

    /// <summary>The identity that the compiler gave the file: another build has another one.</summary>
    public Guid Id { get; }

    public IReadOnlyList<Reference> References { get; }

    /// <summary>Whether the assembly has an entry in its method catalog.</summary>
    public bool HasMethods { get; }

    /// <summary>Whether a class of it is a task or a family of backbones.</summary>
    public bool HasExtensions { get; }

    public IReadOnlyList<UsedMember> UsesOfTorch { get; }

    /// <summary>Reads a file.</summary>
    /// <returns>The image, or null where the file is no .NET assembly or cannot be read.</returns>
    public static PluginImage? Read(string file)
    {
        try
        {
            using var portable = new PEReader(ImmutableCollectionsMarshal.AsImmutableArray(RegularFile.Read(file, MaxBytes)));
            return portable.HasMetadata && portable.GetMetadataReader() is { IsAssembly: true } reader ? new PluginImage(reader) : null;
        }
        catch (Exception problem) when (problem is BadImageFormatException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool IsCatalogEntry(MetadataReader reader, CustomAttribute attribute) =>
        attribute.Constructor.Kind == HandleKind.MemberReference
        && reader.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent is { Kind: HandleKind.TypeReference } type
        && FullName(reader, (TypeReferenceHandle)type, SharedAssemblies.ContractName) == typeof(MethodCatalogAttribute).FullName;

    private static bool IsExtension(MetadataReader reader, TypeDefinition type) =>
        (type.Attributes & TypeAttributes.Abstract) == 0 && (type.Attributes & TypeAttributes.VisibilityMask) == TypeAttributes.Public
        && type.GetInterfaceImplementations()
        .Select(handle => reader.GetInterfaceImplementation(handle).Interface)
        .Any(contract => contract.Kind == HandleKind.TypeReference
            && s_contracts.Any(known =>
                FullName(reader, (TypeReferenceHandle)contract, known.Assembly.GetName().Name!) == known.FullName));

    private static IEnumerable<UsedMember> MembersOfTorch(MetadataReader reader)
    {
        foreach (var handle in reader.MemberReferences)
        {
            var member = reader.GetMemberReference(handle);
            if (member.Parent.Kind == HandleKind.TypeReference
                && FullName(reader, (TypeReferenceHandle)member.Parent, SharedAssemblies.TorchName) is { } type)
            {
                yield return new UsedMember(type, reader.GetString(member.Name), ParameterCount(reader, member));
            }
        }
    }

    /// <summary>The parameter count is at the start of a method's signature, after the count of type parameters. Null for fields.</summary>
    private static int? ParameterCount(MetadataReader reader, MemberReference member)
    {
        var signature = reader.GetBlobReader(member.Signature);
        var header = signature.ReadSignatureHeader();
        if (header.Kind != SignatureKind.Method)
            return null;
        if (header.IsGeneric)
            signature.ReadCompressedInteger();
        return signature.ReadCompressedInteger();
    }

    /// <summary>A type's name as in reflection; null if the type is not in the assembly.</summary>
    private static string? FullName(MetadataReader reader, TypeReferenceHandle handle, string assembly)
    {
        var type = reader.GetTypeReference(handle);
        var name = reader.GetString(type.Name);
        switch (type.ResolutionScope.Kind)
        {
            case HandleKind.TypeReference:
                return FullName(reader, (TypeReferenceHandle)type.ResolutionScope, assembly) is { } outer ? $"{outer}+{name}" : null;
            case HandleKind.AssemblyReference:
                var scope = reader.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope);
                if (reader.GetString(scope.Name) != assembly)
                    return null;
                return type.Namespace.IsNil ? name : $"{reader.GetString(type.Namespace)}.{name}";
            default:
                return null;
        }
    }
}
