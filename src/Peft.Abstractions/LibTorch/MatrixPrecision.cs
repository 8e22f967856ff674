using System.Runtime.InteropServices;

namespace Peft;

/// <summary>
/// The precision of float32 matrix products on the CPU, with the settings and words of <c>torch.set_float32_matmul_precision</c>, which TorchSharp does not implement.
/// </summary>
public static class MatrixPrecision
{
    /// <summary>The words: float32 throughout; or products of bfloat16 with float32 sums, about a third of the time where the processor has instructions for them.</summary>
    public static IReadOnlyList<string> Words { get; } = ["highest", "medium"];

    /// <summary>Sets the precision for the whole process.</summary>
    /// <param name="word"><c>highest</c> or <c>medium</c>.</param>
    /// <exception cref="ArgumentException">It is neither.</exception>
    /// <exception cref="LibTorchException"><c>medium</c> was asked for and the loaded libtorch does not export the setting.</exception>
    public static unsafe void Use(string word)
    {
        if (!Words.Contains(word))
            throw new ArgumentException($"the matrix precision is '{word}'; expected one of {string.Join(", ", Words)}", nameof(word));
        const string Context = "_ZN2at13globalContextEv"; // at::globalContext()
        const string Setter = "_ZN2at7Context19setFloat32PrecisionENS_14Float32BackendENS_9Float32OpENS_16Float32PrecisionE"; // at::Context::setFloat32Precision
        if (LibTorch.TryFindExport("libtorch_cpu.so", Context, out var context) && LibTorch.TryFindExport("libtorch_cpu.so", Setter, out var setter))
        {
            const int OneDnn = 2, Products = 3; // at::Float32Backend::MKLDNN, at::Float32Op::MATMUL
            var precision = word == "medium" ? 3 : 1; // at::Float32Precision::BF16, IEEE
            var global = ((delegate* unmanaged[Cdecl]<IntPtr>)context)();
            ((delegate* unmanaged[Cdecl]<IntPtr, int, int, int, void>)setter)(global, OneDnn, Products, precision);
        }
        else if (word != "highest")
        {
            throw new LibTorchException(
                $"--matmul-precision {word} is not supported here: libtorch {LibTorch.Loaded?.Version ?? LibTorchInfo.ExpectedVersion} on {RuntimeInformation.RuntimeIdentifier} "
                + "does not export the setting; use highest");
        }
    }
}
