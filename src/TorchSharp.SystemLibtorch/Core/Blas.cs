using System.Runtime.InteropServices;

namespace TorchSharp.Core;

/// <summary>
/// Has libtorch's matrix products share threads with its loops. Debian's preferred OpenBLAS brings threads of its own; they and OpenMP's, which
/// spin between loops, take the cores from each other: on two cores a small model's step is then three times slower.
/// </summary>
internal static partial class Blas
{
    /// <summary>A file to load instead, or <c>system</c> to leave the choice to the dynamic linker.</summary>
    private const string Variable = "PEFT_BLAS";

    /// <summary>Which BLAS was prepared, for reports.</summary>
    public static string Choice { get; private set; } = "the system's";

    /// <summary>
    /// Loads OpenBLAS's OpenMP build under the name that libtorch will ask for, and keeps OpenMP's threads from spinning long: by default they
    /// spin for milliseconds, holding cores that others wait for.
    /// </summary>
    public static void Prepare()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var given = Environment.GetEnvironmentVariable(Variable);
        if (given == "system")
            return;
        var file = given is { Length: > 0 } ? given : Directory.GetDirectories("/usr/lib", "*-linux-gnu").Select(folder => Path.Combine(folder, "openblas-openmp", "libblas.so.3")).FirstOrDefault(File.Exists);
        if (file is not null && NativeLibrary.TryLoad(file, out _))
            Choice = file;
        _ = setenv("GOMP_SPINCOUNT", "10000", overwrite: 0); // read by libgomp when it is loaded; a value of the user's stays
    }

    /// <summary>The C library's environment, which .NET's does not write through to.</summary>
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
