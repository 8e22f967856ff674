namespace TorchSharp.Core;

internal static partial class Ops
{
    internal static readonly Op detach = new("aten::detach");
    internal static readonly Op detach_ = new("aten::detach_");
    internal static readonly Op div_Scalar = new("aten::div", "Scalar");
    internal static readonly Op div_Tensor = new("aten::div", "Tensor");
    internal static readonly Op equal = new("aten::equal");
    internal static readonly Op erfinv_ = new("aten::erfinv_");
    internal static readonly Op index_Tensor = new("aten::index", "Tensor");
    internal static readonly Op index_put_ = new("aten::index_put_");
    internal static readonly Op item = new("aten::item");
    internal static readonly Op mT = new("aten::mT");
    internal static readonly Op numpy_T = new("aten::numpy_T");
    internal static readonly Op rsub_Scalar = new("aten::rsub", "Scalar");
    internal static readonly Op set_data = new("aten::set_data");
    internal static readonly Op to_device = new("aten::to", "device");
    internal static readonly Op to_dtype = new("aten::to", "dtype");
}
