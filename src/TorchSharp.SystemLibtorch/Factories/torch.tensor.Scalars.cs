namespace TorchSharp;

/// <content>Tensors of one number.</content>
public static partial class torch
{
    /// <summary>A tensor without dimensions that holds the number.</summary>
    public static Tensor tensor(bool scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Create<bool>([scalar], [], dtype, device, requires_grad, null);

    /// <summary>A tensor without dimensions that holds the number.</summary>
    public static Tensor tensor(byte scalar, Device? device = null, bool requires_grad = false) =>
        Create<byte>([scalar], [], null, device, requires_grad, null);

    /// <summary>A tensor without dimensions that holds the number.</summary>
    public static Tensor tensor(double scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Create<double>([scalar], [], dtype, device, requires_grad, null);

    /// <summary>A tensor without dimensions that holds the number.</summary>
    public static Tensor tensor(float scalar, Device? device = null, bool requires_grad = false) =>
        Create<float>([scalar], [], null, device, requires_grad, null);

    /// <summary>A tensor without dimensions that holds the number.</summary>
    public static Tensor tensor(int scalar, Device? device = null, bool requires_grad = false) => Create<int>([scalar], [], null, device, requires_grad, null);

    /// <summary>A tensor without dimensions that holds the number.</summary>
    public static Tensor tensor(long scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Create<long>([scalar], [], dtype, device, requires_grad, null);

    /// <summary>A tensor without dimensions that holds the number.</summary>
    public static Tensor tensor(sbyte scalar, Device? device = null, bool requires_grad = false) =>
        Create<sbyte>([scalar], [], null, device, requires_grad, null);

    /// <summary>A tensor without dimensions that holds the number.</summary>
    public static Tensor tensor(short scalar, Device? device = null, bool requires_grad = false) =>
        Create<short>([scalar], [], null, device, requires_grad, null);
}
