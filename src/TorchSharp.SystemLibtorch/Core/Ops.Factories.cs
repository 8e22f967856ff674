namespace TorchSharp.Core;

internal static partial class Ops
{
    internal static readonly Op _unique2 = new("aten::_unique2");
    internal static readonly Op arange_start_step = new("aten::arange", "start_step");
    internal static readonly Op cat = new("aten::cat");
    internal static readonly Op einsum = new("aten::einsum");
    internal static readonly Op empty_memory_format = new("aten::empty", "memory_format");
    internal static readonly Op eye_m = new("aten::eye", "m");
    internal static readonly Op full = new("aten::full");
    internal static readonly Op linalg_qr = new("aten::linalg_qr");
    internal static readonly Op linspace = new("aten::linspace");
    internal static readonly Op meshgrid_indexing = new("aten::meshgrid", "indexing");
    internal static readonly Op ones = new("aten::ones");
    internal static readonly Op rand_generator = new("aten::rand", "generator");
    internal static readonly Op randint_low_generator = new("aten::randint", "low_generator");
    internal static readonly Op randn_generator = new("aten::randn", "generator");
    internal static readonly Op randperm_generator = new("aten::randperm", "generator");
    internal static readonly Op stack = new("aten::stack");
    internal static readonly Op unique_dim = new("aten::unique_dim");
    internal static readonly Op zeros = new("aten::zeros");
}
