namespace TorchSharp.Core;

internal static partial class Ops
{
    internal static readonly Op as_strided = new("aten::as_strided");
    internal static readonly Op broadcast_to = new("aten::broadcast_to");
    internal static readonly Op chunk = new("aten::chunk");
    internal static readonly Op diag = new("aten::diag");
    internal static readonly Op diagonal = new("aten::diagonal");
    internal static readonly Op expand = new("aten::expand");
    internal static readonly Op expand_as = new("aten::expand_as");
    internal static readonly Op flatten_using_ints = new("aten::flatten", "using_ints");
    internal static readonly Op flip = new("aten::flip");
    internal static readonly Op movedim_intlist = new("aten::movedim", "intlist");
    internal static readonly Op narrow = new("aten::narrow");
    internal static readonly Op permute = new("aten::permute");
    internal static readonly Op repeat = new("aten::repeat");
    internal static readonly Op repeat_interleave_self_Tensor = new("aten::repeat_interleave", "self_Tensor");
    internal static readonly Op repeat_interleave_self_int = new("aten::repeat_interleave", "self_int");
    internal static readonly Op reshape = new("aten::reshape");
    internal static readonly Op roll = new("aten::roll");
    internal static readonly Op select_int = new("aten::select", "int");
    internal static readonly Op slice_Tensor = new("aten::slice", "Tensor");
    internal static readonly Op split_Tensor = new("aten::split", "Tensor");
    internal static readonly Op split_with_sizes = new("aten::split_with_sizes");
    internal static readonly Op squeeze = new("aten::squeeze");
    internal static readonly Op squeeze_dim = new("aten::squeeze", "dim");
    internal static readonly Op t = new("aten::t");
    internal static readonly Op tile = new("aten::tile");
    internal static readonly Op transpose_int = new("aten::transpose", "int");
    internal static readonly Op transpose_ = new("aten::transpose_");
    internal static readonly Op tril = new("aten::tril");
    internal static readonly Op tril_ = new("aten::tril_");
    internal static readonly Op triu = new("aten::triu");
    internal static readonly Op triu_ = new("aten::triu_");
    internal static readonly Op unbind_int = new("aten::unbind", "int");
    internal static readonly Op unflatten_int = new("aten::unflatten", "int");
    internal static readonly Op unfold = new("aten::unfold");
    internal static readonly Op unsqueeze = new("aten::unsqueeze");
    internal static readonly Op unsqueeze_ = new("aten::unsqueeze_");
    internal static readonly Op view = new("aten::view");
    internal static readonly Op view_as = new("aten::view_as");
}
