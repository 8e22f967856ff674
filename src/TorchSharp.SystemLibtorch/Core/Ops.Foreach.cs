namespace TorchSharp.Core;

internal static partial class Ops
{
    internal static readonly Op _foreach_add_List = new("aten::_foreach_add", "List");
    internal static readonly Op _foreach_add__List = new("aten::_foreach_add_", "List");
    internal static readonly Op _foreach_add__Scalar = new("aten::_foreach_add_", "Scalar");
    internal static readonly Op _foreach_addcdiv__ScalarList = new("aten::_foreach_addcdiv_", "ScalarList");
    internal static readonly Op _foreach_addcmul__Scalar = new("aten::_foreach_addcmul_", "Scalar");
    internal static readonly Op _foreach_div__ScalarList = new("aten::_foreach_div_", "ScalarList");
    internal static readonly Op _foreach_maximum__List = new("aten::_foreach_maximum_", "List");
    internal static readonly Op _foreach_mul__Scalar = new("aten::_foreach_mul_", "Scalar");
    internal static readonly Op _foreach_neg = new("aten::_foreach_neg");
    internal static readonly Op _foreach_norm_Scalar = new("aten::_foreach_norm", "Scalar");
    internal static readonly Op _foreach_sqrt = new("aten::_foreach_sqrt");
}
