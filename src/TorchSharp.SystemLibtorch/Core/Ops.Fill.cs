namespace TorchSharp.Core;

internal static partial class Ops
{
    internal static readonly Op bernoulli = new("aten::bernoulli");
    internal static readonly Op bernoulli__Tensor = new("aten::bernoulli_", "Tensor");
    internal static readonly Op bernoulli__float = new("aten::bernoulli_", "float");
    internal static readonly Op copy_ = new("aten::copy_");
    internal static readonly Op empty_like = new("aten::empty_like");
    internal static readonly Op exponential_ = new("aten::exponential_");
    internal static readonly Op fill__Scalar = new("aten::fill_", "Scalar");
    internal static readonly Op full_like = new("aten::full_like");
    internal static readonly Op multinomial = new("aten::multinomial");
    internal static readonly Op normal_ = new("aten::normal_");
    internal static readonly Op ones_like = new("aten::ones_like");
    internal static readonly Op rand_like = new("aten::rand_like");
    internal static readonly Op randn_like = new("aten::randn_like");
    internal static readonly Op random__from = new("aten::random_", "from");
    internal static readonly Op uniform_ = new("aten::uniform_");
    internal static readonly Op zero_ = new("aten::zero_");
    internal static readonly Op zeros_like = new("aten::zeros_like");
}
