namespace TorchSharp.Core;

internal static partial class Ops
{
    internal static readonly Op binary_cross_entropy = new("aten::binary_cross_entropy");
    internal static readonly Op binary_cross_entropy_with_logits = new("aten::binary_cross_entropy_with_logits");
    internal static readonly Op constant_pad_nd = new("aten::constant_pad_nd");
    internal static readonly Op cosine_similarity = new("aten::cosine_similarity");
    internal static readonly Op cross_entropy_loss = new("aten::cross_entropy_loss");
    internal static readonly Op dropout_ = new("aten::dropout_");
    internal static readonly Op embedding = new("aten::embedding");
    internal static readonly Op kl_div = new("aten::kl_div");
    internal static readonly Op l1_loss = new("aten::l1_loss");
    internal static readonly Op layer_norm = new("aten::layer_norm");
    internal static readonly Op leaky_relu = new("aten::leaky_relu");
    internal static readonly Op leaky_relu_ = new("aten::leaky_relu_");
    internal static readonly Op log_sigmoid = new("aten::log_sigmoid");
    internal static readonly Op mse_loss = new("aten::mse_loss");
    internal static readonly Op nll_loss_nd = new("aten::nll_loss_nd");
    internal static readonly Op one_hot = new("aten::one_hot");
    internal static readonly Op pad = new("aten::pad");
    internal static readonly Op peft__adamw_ = new("peft::adamw_");
    internal static readonly Op peft__attention = new("peft::attention");
    internal static readonly Op peft__dropout = new("peft::dropout");
    internal static readonly Op peft__linear = new("peft::linear");
    internal static readonly Op smooth_l1_loss = new("aten::smooth_l1_loss");
    internal static readonly Op softplus = new("aten::softplus");
}
