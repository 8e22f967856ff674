namespace TorchSharp;

/// <summary>Kinds of device; the numbers are libtorch's.</summary>
public enum DeviceType
{
    /// <summary>The processor.</summary>
    CPU = 0,
    /// <summary>An NVIDIA GPU.</summary>
    CUDA = 1,
    /// <summary>MKL-DNN.</summary>
    MKLDNN = 2,
    /// <summary>OpenGL.</summary>
    OPENGL = 3,
    /// <summary>OpenCL.</summary>
    OPENCL = 4,
    /// <summary>IDEEP.</summary>
    IDEEP = 5,
    /// <summary>An AMD GPU.</summary>
    HIP = 6,
    /// <summary>FPGA.</summary>
    FPGA = 7,
    /// <summary>MSNPU.</summary>
    MSNPU = 8,
    /// <summary>XLA.</summary>
    XLA = 9,
    /// <summary>Apple's Metal.</summary>
    MPS = 13,
    /// <summary>Shapes without data.</summary>
    META = 14,
}

/// <summary>What padding puts beside the values.</summary>
public enum PaddingModes
{
    /// <summary>Zeros.</summary>
    Zeros = 0,
    /// <summary>The values mirrored at the edge.</summary>
    Reflect = 1,
    /// <summary>The edge value again.</summary>
    Replicate = 2,
    /// <summary>The values of the other end.</summary>
    Circular = 3,
    /// <summary>A given value.</summary>
    Constant = 4,
}

public static partial class torch
{
    /// <summary>Element types; the numbers are libtorch's.</summary>
    public enum ScalarType : sbyte
    {
        /// <summary>8-bit unsigned integer.</summary>
        Byte = 0,
        /// <summary>8-bit signed integer.</summary>
        Int8 = 1,
        /// <summary>16-bit integer.</summary>
        Int16 = 2,
        /// <summary>32-bit integer.</summary>
        Int32 = 3,
        /// <summary>64-bit integer.</summary>
        Int64 = 4,
        /// <summary>IEEE half precision.</summary>
        Float16 = 5,
        /// <summary>IEEE single precision.</summary>
        Float32 = 6,
        /// <summary>IEEE double precision.</summary>
        Float64 = 7,
        /// <summary>Complex of two singles.</summary>
        ComplexFloat32 = 9,
        /// <summary>Complex of two doubles.</summary>
        ComplexFloat64 = 10,
        /// <summary>True or false, in a byte.</summary>
        Bool = 11,
        /// <summary>Quantised 8-bit integer.</summary>
        QInt8 = 12,
        /// <summary>Quantised 8-bit unsigned integer.</summary>
        QUInt8 = 13,
        /// <summary>Quantised 32-bit integer.</summary>
        QInt32 = 14,
        /// <summary>The upper half of a single: 8 bits of exponent, 7 of fraction.</summary>
        BFloat16 = 15,
    }

    /// <summary>How a division rounds.</summary>
    public enum RoundingMode
    {
        /// <summary>Not at all: the true quotient.</summary>
        None = 0,
        /// <summary>Towards zero.</summary>
        trunc = 1,
        /// <summary>Towards minus infinity.</summary>
        floor = 2,
    }
}
