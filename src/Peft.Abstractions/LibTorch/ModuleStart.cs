using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Peft;

internal static class ModuleStart
{
    /// <summary>
    /// Runs before any other code of the assembly. A failure is reported by what needs libtorch, not by what only reads attributes.
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
            // LibTorch.Load, which every way to a model calls, throws it again.
        }
    }
}
