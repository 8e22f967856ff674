using System.Runtime.InteropServices;

namespace Peft;

/// <summary>
/// The precision of float32 matrix products, as in <c>torch.set_float32_matmul_precision</c>, which TorchSharp does not implement.
/// <c>highest</c> computes in float32. <c>high</c> uses TF32 on GPUs that support it. <c>medium</c> also does so, and on CPUs with AMX
/// (Intel's servers since 2023) computes products in bfloat16 with float32 sums; on other CPUs it changes nothing.
/// </summary>
public static class MatrixPrecision
{
    /// <summary>The default: float32 throughout.</summary>
    public const string Highest = "highest";

    private const string High = "high";
    private const string Medium = "medium";

    // The values of libtorch's enumerations at::Float32Backend, at::Float32Op and at::Float32Precision.
    private const int Cuda = 1, OneDnn = 2, Products = 3, Ieee = 1, TensorFloat32 = 2, BrainFloat16 = 3;

    /// <summary>The allowed words.</summary>
    public static IReadOnlyList<string> Words { get; } = [Highest, High, Medium];

    /// <summary>The word that was set last.</summary>
    public static string Current { get; private set; } = Highest;

    /// <summary>Sets the precision for the whole process.</summary>
    /// <param name="word">One of <see cref="Words"/>.</param>
    /// <exception cref="ArgumentException">The word is not one of them.</exception>
    /// <exception cref="LibTorchException">The word is not <see cref="Highest"/> and the loaded libtorch does not export the
    /// setting.</exception>
    public static void Use(string word)
    {
        if (!Words.Contains(word))
            throw new ArgumentException($"the matrix precision is '{word}'; expected one of {string.Join(", ", Words)}", nameof(word));
        const string Context = "_ZN2at13globalContextEv"; // at::globalContext()
        // at::Context::setFloat32Precision
        const string Setter = "_ZN2at7Context19setFloat32PrecisionENS_14Float32BackendENS_9Float32OpENS_16Float32PrecisionE";
        if (LibTorch.TryFindExport("libtorch_cpu.so", Context, out var context)
            && LibTorch.TryFindExport("libtorch_cpu.so", Setter, out var setter))
        {
            Set(context, setter, OneDnn, word switch { Medium => BrainFloat16, High => TensorFloat32, _ => Ieee });
            Set(context, setter, Cuda, word == Highest ? Ieee : TensorFloat32);
        }
        else if (word != Highest)
        {
            throw new LibTorchException(
                $"--matmul-precision {word} is not supported here: libtorch {LibTorch.Loaded?.Version ?? LibTorchInfo.ExpectedVersion} "
                    + $"on {RuntimeInformation.RuntimeIdentifier} "
                + $"does not export the setting; use {Highest}");
        }

        Current = word;
    }

    private static unsafe void Set(IntPtr context, IntPtr setter, int backend, int precision)
    {
        var global = ((delegate* unmanaged[Cdecl]<IntPtr>)context)();
        ((delegate* unmanaged[Cdecl]<IntPtr, int, int, int, void>)setter)(global, backend, Products, precision);
    }
}
