using TorchSharp.Core;

namespace TorchSharp;

public static partial class torch
{
    /// <content>The same elements in another shape or order; all but the copies named so share memory.</content>
    public partial class Tensor
    {
        /// <summary>The elements in another shape; -1 once for "whatever fits".</summary>
        public Tensor view(params long[] shape) => Ops.view.Call(this, shape);

        /// <summary>The elements in the shape of another tensor.</summary>
        public Tensor view_as(Tensor other) => Ops.view_as.Call(this, other);

        /// <summary>The elements in another shape, copied where no view can be; -1 once for "whatever fits".</summary>
        public Tensor reshape(params long[] shape) => Ops.reshape.Call(this, shape);

        /// <summary>Some neighbouring dimensions become one.</summary>
        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Ops.flatten_using_ints.Call(this, start_dim, end_dim);

        /// <summary>One dimension becomes several.</summary>
        public Tensor unflatten(long dim, params long[] sizes) => Ops.unflatten_int.Call(this, dim, sizes);

        /// <summary>All elements in one dimension.</summary>
        public Tensor ravel() => reshape(-1);

        /// <summary>Without a dimension of size one, or without all of them.</summary>
        public Tensor squeeze(long? dim = null) => dim is { } d ? Ops.squeeze_dim.Call(this, d) : Ops.squeeze.Call(this);

        /// <summary>With a dimension of size one put in.</summary>
        public Tensor unsqueeze(long dim) => Ops.unsqueeze.Call(this, dim);

        /// <summary>Puts in a dimension of size one.</summary>
        public Tensor unsqueeze_(long dim) => Ops.unsqueeze_.InPlace(this, this, dim);

        /// <summary>Two dimensions exchanged.</summary>
        public Tensor transpose(long dim0, long dim1) => Ops.transpose_int.Call(this, dim0, dim1);

        /// <summary>Exchanges two dimensions in place.</summary>
        public Tensor transpose_(long dim0, long dim1) => Ops.transpose_.InPlace(this, this, dim0, dim1);

        /// <summary>Two dimensions exchanged.</summary>
        public Tensor swapaxes(long dim0, long dim1) => transpose(dim0, dim1);

        /// <summary>A matrix transposed.</summary>
        public Tensor t() => Ops.t.Call(this);

        /// <summary>The dimensions in another order.</summary>
        public Tensor permute(params long[] permutation) => Ops.permute.Call(this, permutation);

        /// <summary>Some dimensions moved to other places.</summary>
        public Tensor movedim(long[] source, long[] destination) => Ops.movedim_intlist.Call(this, source, destination);

        /// <summary>Dimensions of size one repeated to the size without copying; -1 leaves a size.</summary>
        public Tensor expand(params long[] sizes) => Ops.expand.Call(this, sizes);

        /// <summary>Dimensions of size one repeated to the size without copying; -1 leaves a size.</summary>
        public Tensor expand(long[] sizes, bool isImplicit = false) => Ops.expand.Call(this, sizes, isImplicit);

        /// <summary>Expanded to the shape of another tensor.</summary>
        public Tensor expand_as(Tensor other) => Ops.expand_as.Call(this, other);

        /// <summary>Broadcast to the shape without copying.</summary>
        public Tensor broadcast_to(params long[] shape) => Ops.broadcast_to.Call(this, shape);

        /// <summary>A copy repeated that often along each dimension.</summary>
        public Tensor repeat(params long[] sizes) => Ops.repeat.Call(this, sizes);

        /// <summary>A copy with each element repeated.</summary>
        public Tensor repeat_interleave(long repeats, long? dim = null, long? output_size = null) =>
            Ops.repeat_interleave_self_int.Call(this, repeats, dim, output_size);

        /// <summary>A copy with each element repeated as often as given for it.</summary>
        public Tensor repeat_interleave(Tensor repeats, long? dim = null, long? output_size = null) =>
            Ops.repeat_interleave_self_Tensor.Call(this, repeats, dim, output_size);

        /// <summary>A copy repeated that often along each dimension.</summary>
        public Tensor tile(long[] reps) => Ops.tile.Call(this, reps);

        /// <summary>One position of a dimension, which disappears.</summary>
        public Tensor select(long dim, long index) => Ops.select_int.Call(this, dim, index);

        /// <summary>A part of a dimension.</summary>
        public Tensor narrow(long dim, long start, long length) => Ops.narrow.Call(this, dim, start, length);

        /// <summary>A part of a dimension, every step-th position.</summary>
        public Tensor slice(long dim, long start, long finish, long step) => Ops.slice_Tensor.Call(this, dim, start, finish, step);

        /// <summary>Parts of that size along a dimension; the last may be smaller.</summary>
        public Tensor[] split(long size, int dim = 0) => Ops.split_Tensor.CallList(this, size, (long)dim);

        /// <summary>Parts of those sizes along a dimension.</summary>
        public Tensor[] split(long[] sizes, long dim = 0) => Ops.split_with_sizes.CallList(this, sizes, dim);

        /// <summary>About that many parts of the same size along a dimension.</summary>
        public Tensor[] chunk(long chunks, long dim = 0) => Ops.chunk.CallList(this, chunks, dim);

        /// <summary>Every position of a dimension.</summary>
        public Tensor[] unbind(long dimension = 0) => Ops.unbind_int.CallList(this, dimension);

        /// <summary>The diagonal of two dimensions.</summary>
        public Tensor diagonal(long offset = 0, long dim1 = 0, long dim2 = 1) => Ops.diagonal.Call(this, offset, dim1, dim2);

        /// <summary>The diagonal of a matrix, or a matrix with that diagonal.</summary>
        public Tensor diag(long diagonal = 0) => Ops.diag.Call(this, diagonal);

        /// <summary>A view by sizes and strides.</summary>
        public Tensor as_strided(long[] size, long[] strides, long storageOffset = 0) => Ops.as_strided.Call(this, size, strides, storageOffset);

        /// <summary>Windows along a dimension, in a new last one.</summary>
        public Tensor unfold(long dimension, long size, long step) => Ops.unfold.Call(this, dimension, size, step);

        /// <summary>A copy with dimensions in reverse.</summary>
        public Tensor flip(params long[] dims) => Ops.flip.Call(this, dims);

        /// <summary>A copy rotated along dimensions.</summary>
        public Tensor roll(long[] shifts, long[] dims) => Ops.roll.Call(this, shifts, dims);

        /// <summary>A copy rotated along a dimension, or over all elements.</summary>
        public Tensor roll(long shifts, long? dims = null) => Ops.roll.Call(this, new[] { shifts }, dims is { } d ? new[] { d } : Array.Empty<long>());

        /// <summary>The lower triangle; zero elsewhere.</summary>
        public Tensor tril(long diagonal = 0) => Ops.tril.Call(this, diagonal);

        /// <summary>Zeroes all but the lower triangle.</summary>
        public Tensor tril_(long diagonal = 0) => Ops.tril_.InPlace(this, this, diagonal);

        /// <summary>The upper triangle; zero elsewhere.</summary>
        public Tensor triu(long diagonal = 0) => Ops.triu.Call(this, diagonal);

        /// <summary>Zeroes all but the upper triangle.</summary>
        public Tensor triu_(long diagonal = 0) => Ops.triu_.InPlace(this, this, diagonal);
    }
}
