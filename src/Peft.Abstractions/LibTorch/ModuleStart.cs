using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Peft;

internal static class ModuleStart
{
    /// <summary>
    /// Runs before any other code of the assembly. A failure is reported later by code that needs libtorch, so that code that only reads
    /// attributes still works.
    /// </summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "A library that must prepare native loading before its first use.")]
    internal static void Run()
    {
        try
        {
            LibTorch.Prepare();
        }
        catch (LibTorchException)
        {
            // LibTorch.Load, which all code that creates models calls, throws it again.
        }
    }
}
