using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Peft.Data;

/// <summary>
/// Finds the kind of a file by a system call, because .NET does not expose it. Only on Linux; elsewhere every file counts as regular.
/// </summary>
internal static partial class FileKind
{
    // statx(2): a structure of the same layout on all architectures, 256 bytes, with the mode at byte 28.
    private const int CurrentFolder = -100, TypeWanted = 1, StructureBytes = 256, ModeOffset = 28;
    private const int TypeMask = 0xF000, Regular = 0x8000;

    /// <summary>The kind of the file at a path, after following links; null for a regular file and for a missing one.</summary>
    public static string? Describe(string path)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        Span<byte> status = stackalloc byte[StructureBytes];
        try
        {
            if (Statx(CurrentFolder, path, 0, TypeWanted, ref MemoryMarshal.GetReference(status)) != 0)
                return new FileInfo(path).LinkTarget is null ? null : "a link that leads nowhere";
        }
        catch (EntryPointNotFoundException)
        {
            return null; // a C library from before 2018
        }

        return (BinaryPrimitives.ReadUInt16LittleEndian(status[ModeOffset..]) & TypeMask) switch
        {
            Regular => null,
            0x1000 => "a pipe",
            0x2000 => "a character device",
            0x4000 => "a folder",
            0x6000 => "a block device",
            0xC000 => "a socket",
            _ => "no regular file",
        };
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint wanted, ref byte status);
}
