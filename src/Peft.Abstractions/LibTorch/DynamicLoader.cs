using System.Runtime.InteropServices;

namespace Peft;

/// <summary>Functions of the C library's loader and environment that .NET does not offer.</summary>
internal static partial class DynamicLoader
{
    private const string Loader = "libdl.so.2";
    private const string CLibrary = "libc";
    private const int ResolveNow = 2; // RTLD_NOW

    /// <summary>
    /// Loads a library and resolves all its symbols immediately, so that a missing symbol is an error here and not a crash at its first
    /// use.
    /// </summary>
    /// <param name="file">The library.</param>
    /// <param name="problem">The loader's message; null on success.</param>
    /// <returns>The handle; 0 on failure.</returns>
    public static IntPtr TryLoad(string file, out string? problem)
    {
        _ = LastError(); // .NET binds the function at its first call, which itself resets the message
        var handle = Open(file, ResolveNow);
        problem = handle != IntPtr.Zero ? null : Marshal.PtrToStringUTF8(LastError()) ?? "no reason was given";
        return handle;
    }

    /// <summary>
    /// Sets a variable that native libraries read when they are loaded. On Linux,
    /// <see cref="Environment.SetEnvironmentVariable(string, string)"/> is not visible to them. A value set by the user is kept.
    /// </summary>
    public static void SetDefault(string name, string value) => _ = SetEnvironment(name, value, overwrite: 0);

    [LibraryImport(Loader, EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial IntPtr Open(string file, int flags);

    [LibraryImport(Loader, EntryPoint = "dlerror")]
    private static partial IntPtr LastError();

    [LibraryImport(CLibrary, EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
