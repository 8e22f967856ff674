namespace TorchSharp;

/// <content>New tensors in the shape of another.</content>
public static partial class torch
{
    /// <inheritdoc cref="Tensor.zeros_like(ScalarType?, Device, bool)"/>
    public static Tensor zeros_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Grad(input.zeros_like(dtype, device), requires_grad, names);

    /// <inheritdoc cref="Tensor.ones_like(ScalarType?, Device, bool)"/>
    public static Tensor ones_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Grad(input.ones_like(dtype, device), requires_grad, names);

    /// <inheritdoc cref="Tensor.empty_like(ScalarType?, Device, bool)"/>
    public static Tensor empty_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Grad(input.empty_like(dtype, device), requires_grad, names);

    /// <inheritdoc cref="Tensor.full_like(Scalar, ScalarType?, Device, bool)"/>
    public static Tensor full_like(Tensor input, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Grad(input.full_like(value, dtype, device), requires_grad, names);

    /// <summary>How often each number occurs, or the sum of its weights.</summary>
    public static Tensor bincount(Tensor input, Tensor? weights = null, long minlength = 0) => Core.Ops.bincount.Call(input, weights, minlength);
}
