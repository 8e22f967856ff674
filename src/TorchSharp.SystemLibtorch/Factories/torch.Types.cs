namespace TorchSharp;

/// <content>Element types by PyTorch's names, and what holds of them.</content>
public static partial class torch
{
    /// <inheritdoc cref="ScalarType.Byte"/>
    public static ScalarType uint8 = ScalarType.Byte;

    /// <inheritdoc cref="ScalarType.Int8"/>
    public static ScalarType int8 = ScalarType.Int8;

    /// <inheritdoc cref="ScalarType.Int16"/>
    public static ScalarType int16 = ScalarType.Int16;

    /// <inheritdoc cref="ScalarType.Int16"/>
    public static ScalarType @short = ScalarType.Int16;

    /// <inheritdoc cref="ScalarType.Int32"/>
    public static ScalarType int32 = ScalarType.Int32;

    /// <inheritdoc cref="ScalarType.Int32"/>
    public static ScalarType @int = ScalarType.Int32;

    /// <inheritdoc cref="ScalarType.Int64"/>
    public static ScalarType int64 = ScalarType.Int64;

    /// <inheritdoc cref="ScalarType.Int64"/>
    public static ScalarType @long = ScalarType.Int64;

    /// <inheritdoc cref="ScalarType.Float16"/>
    public static ScalarType float16 = ScalarType.Float16;

    /// <inheritdoc cref="ScalarType.Float16"/>
    public static ScalarType half = ScalarType.Float16;

    /// <inheritdoc cref="ScalarType.Float32"/>
    public static ScalarType float32 = ScalarType.Float32;

    /// <inheritdoc cref="ScalarType.Float32"/>
    public static ScalarType @float = ScalarType.Float32;

    /// <inheritdoc cref="ScalarType.Float64"/>
    public static ScalarType float64 = ScalarType.Float64;

    /// <inheritdoc cref="ScalarType.Float64"/>
    public static ScalarType @double = ScalarType.Float64;

    /// <inheritdoc cref="ScalarType.BFloat16"/>
    public static ScalarType bfloat16 = ScalarType.BFloat16;

    /// <inheritdoc cref="ScalarType.Bool"/>
    public static ScalarType @bool = ScalarType.Bool;

    /// <summary>The element type of new tensors of real numbers: single precision unless set.</summary>
    public static ScalarType get_default_dtype() => defaultType;

    /// <summary>Sets the element type of new tensors of real numbers.</summary>
    public static void set_default_dtype(ScalarType dtype) => defaultType = dtype;

    /// <summary>Whether elements of that type are real numbers.</summary>
    public static bool is_floating_point(ScalarType type) => type is ScalarType.Float16 or ScalarType.Float32 or ScalarType.Float64 or ScalarType.BFloat16;

    /// <summary>Whether the tensor's elements are real numbers.</summary>
    public static bool is_floating_point(Tensor input) => is_floating_point(input.dtype);

    /// <summary>Whether elements of that type are whole numbers.</summary>
    public static bool is_integral(ScalarType type) =>
        type is ScalarType.Byte or ScalarType.Int8 or ScalarType.Int16 or ScalarType.Int32 or ScalarType.Int64 or ScalarType.Bool;

    /// <summary>Whether elements of that type are complex numbers.</summary>
    public static bool is_complex(ScalarType type) => type is ScalarType.ComplexFloat32 or ScalarType.ComplexFloat64;
}
