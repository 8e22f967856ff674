namespace TorchSharp.Core;

/// <summary>The operators in use, one field each, named name_overload.</summary>
internal static partial class Ops
{
    internal static readonly Op add_Scalar = new("aten::add", "Scalar");
    internal static readonly Op add_Tensor = new("aten::add", "Tensor");
    internal static readonly Op add__Scalar = new("aten::add_", "Scalar");
    internal static readonly Op add__Tensor = new("aten::add_", "Tensor");
    internal static readonly Op addcdiv = new("aten::addcdiv");
    internal static readonly Op addcdiv_ = new("aten::addcdiv_");
    internal static readonly Op addcmul = new("aten::addcmul");
    internal static readonly Op addcmul_ = new("aten::addcmul_");
    internal static readonly Op clamp = new("aten::clamp");
    internal static readonly Op clamp_Tensor = new("aten::clamp", "Tensor");
    internal static readonly Op clamp_ = new("aten::clamp_");
    internal static readonly Op clamp__Tensor = new("aten::clamp_", "Tensor");
    internal static readonly Op clamp_max = new("aten::clamp_max");
    internal static readonly Op clamp_max_ = new("aten::clamp_max_");
    internal static readonly Op clamp_min = new("aten::clamp_min");
    internal static readonly Op clamp_min_ = new("aten::clamp_min_");
    internal static readonly Op div_Scalar_mode = new("aten::div", "Scalar_mode");
    internal static readonly Op div_Tensor_mode = new("aten::div", "Tensor_mode");
    internal static readonly Op div__Scalar_mode = new("aten::div_", "Scalar_mode");
    internal static readonly Op div__Tensor_mode = new("aten::div_", "Tensor_mode");
    internal static readonly Op floor_divide = new("aten::floor_divide");
    internal static readonly Op floor_divide_Scalar = new("aten::floor_divide", "Scalar");
    internal static readonly Op fmod_Scalar = new("aten::fmod", "Scalar");
    internal static readonly Op fmod_Tensor = new("aten::fmod", "Tensor");
    internal static readonly Op lerp_Tensor = new("aten::lerp", "Tensor");
    internal static readonly Op lerp__Tensor = new("aten::lerp_", "Tensor");
    internal static readonly Op maximum = new("aten::maximum");
    internal static readonly Op minimum = new("aten::minimum");
    internal static readonly Op mul_Scalar = new("aten::mul", "Scalar");
    internal static readonly Op mul_Tensor = new("aten::mul", "Tensor");
    internal static readonly Op mul__Scalar = new("aten::mul_", "Scalar");
    internal static readonly Op mul__Tensor = new("aten::mul_", "Tensor");
    internal static readonly Op pow_Tensor_Scalar = new("aten::pow", "Tensor_Scalar");
    internal static readonly Op pow_Tensor_Tensor = new("aten::pow", "Tensor_Tensor");
    internal static readonly Op pow__Scalar = new("aten::pow_", "Scalar");
    internal static readonly Op pow__Tensor = new("aten::pow_", "Tensor");
    internal static readonly Op remainder_Scalar = new("aten::remainder", "Scalar");
    internal static readonly Op remainder_Tensor = new("aten::remainder", "Tensor");
    internal static readonly Op sub_Scalar = new("aten::sub", "Scalar");
    internal static readonly Op sub_Tensor = new("aten::sub", "Tensor");
    internal static readonly Op sub__Scalar = new("aten::sub_", "Scalar");
    internal static readonly Op sub__Tensor = new("aten::sub_", "Tensor");
}
