using TorchSharp.Core;

namespace TorchSharp;

public static partial class torch
{
    /// <content>Elements picked or placed by index or mask.</content>
    public partial class Tensor
    {
        /// <summary>Along a dimension, the elements at the given positions.</summary>
        public Tensor gather(long dim, Tensor index) => Ops.gather.Call(this, dim, index);

        /// <summary>Some positions of a dimension, in the given order.</summary>
        public Tensor index_select(long dim, Tensor index) => Ops.index_select.Call(this, dim, index);

        /// <summary>A copy with alpha times the source added at the positions.</summary>
        public Tensor index_add(long dim, Tensor index, Tensor source, Scalar alpha) => Ops.index_add.Call(this, dim, index, source, alpha);

        /// <summary>Adds alpha times the source at the positions.</summary>
        public Tensor index_add_(long dim, Tensor index, Tensor source, Scalar alpha) => Ops.index_add_.InPlace(this, this, dim, index, source, alpha);

        /// <summary>A copy with the source put at the positions.</summary>
        public Tensor index_copy(long dim, Tensor index, Tensor source) => Ops.index_copy.Call(this, dim, index, source);

        /// <summary>Puts the source at the positions.</summary>
        public Tensor index_copy_(long dim, Tensor index, Tensor source) => Ops.index_copy_.InPlace(this, this, dim, index, source);

        /// <summary>A copy with the number at the positions.</summary>
        public Tensor index_fill(long dim, Tensor index, Scalar value) => Ops.index_fill_int_Scalar.Call(this, dim, index, value);

        /// <summary>Puts the number at the positions.</summary>
        public Tensor index_fill_(long dim, Tensor index, Scalar value) => Ops.index_fill__int_Scalar.InPlace(this, this, dim, index, value);

        /// <summary>A copy with the source's elements put at the positions.</summary>
        public Tensor scatter(long dim, Tensor index, Tensor src) => Ops.scatter_src.Call(this, dim, index, src);

        /// <summary>Puts the source's elements at the positions.</summary>
        public Tensor scatter_(long dim, Tensor index, Tensor src) => Ops.scatter__src.InPlace(this, this, dim, index, src);

        /// <summary>A copy with the source's elements added at the positions.</summary>
        public Tensor scatter_add(long dim, Tensor index, Tensor src) => Ops.scatter_add.Call(this, dim, index, src);

        /// <summary>Adds the source's elements at the positions.</summary>
        public Tensor scatter_add_(long dim, Tensor index, Tensor src) => Ops.scatter_add_.InPlace(this, this, dim, index, src);

        /// <summary>A copy with the number where the mask is true.</summary>
        public Tensor masked_fill(Tensor mask, Scalar value) => Ops.masked_fill_Scalar.Call(this, mask, value);

        /// <summary>Puts the number where the mask is true.</summary>
        public Tensor masked_fill_(Tensor mask, Scalar value) => Ops.masked_fill__Scalar.InPlace(this, this, mask, value);

        /// <summary>The elements where the mask is true, in one dimension.</summary>
        public Tensor masked_select(Tensor mask) => Ops.masked_select.Call(this, mask);

        /// <summary>A copy with the values, in order, where the mask is true.</summary>
        public Tensor masked_scatter(Tensor mask, Tensor value) => Ops.masked_scatter.Call(this, mask, value);

        /// <summary>The elements at positions in the order of all elements.</summary>
        public Tensor take(Tensor index) => Ops.take.Call(this, index);

        /// <summary>The positions of the elements that are not zero, one per row.</summary>
        public Tensor nonzero() => Ops.nonzero.Call(this);

        /// <summary>Whether each element is among the given ones.</summary>
        public Tensor isin(Tensor test_elements, bool assumeUnique = false, bool invert = false) =>
            Ops.isin_Tensor_Tensor.Call(this, test_elements, assumeUnique, invert);

        /// <summary>How often each number occurs.</summary>
        public Tensor bincount(Tensor weights, long minlength = 0) => Ops.bincount.Call(this, weights, minlength);
    }
}
