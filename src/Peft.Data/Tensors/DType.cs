namespace Peft.Data;

/// <summary>
/// Element types of tensors, in safetensors' own order (narrow to wide), which determines the order of tensors in a file.
/// </summary>
public enum DType
{
    /// <summary>One byte, 0 or 1.</summary>
    Bool,

    /// <summary>4-bit float.</summary>
    F4,

    /// <summary>6-bit float, 2 exponent and 3 mantissa bits.</summary>
    F6E2M3,

    /// <summary>6-bit float, 3 exponent and 2 mantissa bits.</summary>
    F6E3M2,

    /// <summary>Unsigned byte.</summary>
    U8,

    /// <summary>Signed byte.</summary>
    I8,

    /// <summary>8-bit float, 5 exponent and 2 mantissa bits.</summary>
    F8E5M2,

    /// <summary>8-bit float, 4 exponent and 3 mantissa bits.</summary>
    F8E4M3,

    /// <summary>8-bit power of two.</summary>
    F8E8M0,

    /// <summary>8-bit float, 4 exponent and 3 mantissa bits, finite, unsigned zero.</summary>
    F8E4M3Fnuz,

    /// <summary>8-bit float, 5 exponent and 2 mantissa bits, finite, unsigned zero.</summary>
    F8E5M2Fnuz,

    /// <summary>Signed 16-bit integer.</summary>
    I16,

    /// <summary>Unsigned 16-bit integer.</summary>
    U16,

    /// <summary>IEEE half precision.</summary>
    F16,

    /// <summary>bfloat16: the upper half of a single.</summary>
    BF16,

    /// <summary>Signed 32-bit integer.</summary>
    I32,

    /// <summary>Unsigned 32-bit integer.</summary>
    U32,

    /// <summary>IEEE single precision.</summary>
    F32,

    /// <summary>Complex number of two singles.</summary>
    C64,

    /// <summary>IEEE double precision.</summary>
    F64,

    /// <summary>Signed 64-bit integer.</summary>
    I64,

    /// <summary>Unsigned 64-bit integer.</summary>
    U64,
}

/// <summary>Widths and safetensors names of <see cref="DType"/>.</summary>
public static class DTypes
{
    private static readonly (string Name, int Bits)[] s_facts =
    [
        ("BOOL", 8), ("F4", 4), ("F6_E2M3", 6), ("F6_E3M2", 6), ("U8", 8), ("I8", 8), ("F8_E5M2", 8), ("F8_E4M3", 8), ("F8_E8M0", 8),
        ("F8_E4M3FNUZ", 8), ("F8_E5M2FNUZ", 8), ("I16", 16), ("U16", 16), ("F16", 16), ("BF16", 16), ("I32", 32), ("U32", 32), ("F32", 32),
        ("C64", 64), ("F64", 64), ("I64", 64), ("U64", 64),
    ];

    /// <summary>All names, as safetensors spells them.</summary>
    public static IEnumerable<string> Names => s_facts.Select(fact => fact.Name);

    /// <summary>Bits per element; below 8 for the packed types.</summary>
    public static int Bits(this DType dtype) => s_facts[(int)dtype].Bits;

    /// <summary>The name that safetensors uses, e.g. <c>BF16</c>.</summary>
    public static string SafetensorsName(this DType dtype) => s_facts[(int)dtype].Name;

    /// <summary>Finds the type of a safetensors name; false if unknown.</summary>
    public static bool TryParse(string name, out DType dtype)
    {
        var index = Array.FindIndex(s_facts, fact => fact.Name == name);
        dtype = (DType)Math.Max(index, 0);
        return index >= 0;
    }
}
