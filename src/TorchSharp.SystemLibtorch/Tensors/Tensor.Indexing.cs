using TorchSharp.Core;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The part at the indices; a view unless an index is a tensor. Setting copies into that part.</summary>
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        /// <summary>The elements that the index tensors, or a mask, pick.</summary>
        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        /// <summary>The part at the positions of the first dimensions.</summary>
        public Tensor this[params long[] indices]
        {
            get => index(ToIndices(indices));
            set => index_put_(value, ToIndices(indices));
        }

        /// <summary>The part at a position of the first dimension.</summary>
        public Tensor this[long i1]
        {
            get => select(0, i1);
            set => index_put_(value, ToIndices(i1));
        }

        /// <summary>The part at a position of the first two dimensions.</summary>
        public Tensor this[long i1, long i2]
        {
            get => index(ToIndices(i1, i2));
            set => index_put_(value, ToIndices(i1, i2));
        }

        /// <summary>The part at a position of the first three dimensions.</summary>
        public Tensor this[long i1, long i2, long i3]
        {
            get => index(ToIndices(i1, i2, i3));
            set => index_put_(value, ToIndices(i1, i2, i3));
        }

        /// <summary>The part at a position of the first four dimensions.</summary>
        public Tensor this[long i1, long i2, long i3, long i4]
        {
            get => index(ToIndices(i1, i2, i3, i4));
            set => index_put_(value, ToIndices(i1, i2, i3, i4));
        }

        /// <summary>The part at the indices; a view unless an index is a tensor.</summary>
        public Tensor index(params TensorIndex[] indices)
        {
            var (view, tensors) = View(indices);
            return tensors is null ? view : Ops.index_Tensor.Call(view, tensors);
        }

        /// <summary>The elements that the index tensors, or a mask, pick.</summary>
        public Tensor index(params Tensor[] indices) => Ops.index_Tensor.Call(this, indices);

        /// <summary>Copies the value into the part at the indices.</summary>
        public Tensor index_put_(Tensor value, params TensorIndex[] indices) => index_put_(value, indices, false);

        /// <summary>Copies the value into the elements that the index tensors, or a mask, pick.</summary>
        public Tensor index_put_(Tensor value, params Tensor[] indices) => index_put_(value, indices, false);

        /// <summary>Copies the value into the part at the indices, or adds it there.</summary>
        public Tensor index_put_(Tensor value, TensorIndex[] indices, bool accumulate = false)
        {
            var (view, tensors) = View(indices);
            if (tensors is not null)
                Ops.index_put_.Run(view, tensors, value.to(dtype), accumulate);
            else if (accumulate)
                view.add_(value);
            else
                view.copy_(value);
            return this;
        }

        /// <summary>Copies the value into the elements that the index tensors pick, or adds it there.</summary>
        public Tensor index_put_(Tensor value, Tensor[] indices, bool accumulate = false) => Ops.index_put_.InPlace(this, this, indices, value.to(dtype), accumulate);

        /// <summary>Writes the number into the part at the indices.</summary>
        public Tensor index_put_(Scalar value, params TensorIndex[] indices) => index_put_(full([], value, dtype, device), indices);

        /// <summary>Writes the number into the elements that the index tensors, or a mask, pick.</summary>
        public Tensor index_put_(Scalar value, params Tensor[] indices) => index_put_(full([], value, dtype, device), indices);

        private static TensorIndex[] ToIndices(params long[] indices) => Array.ConvertAll(indices, i => TensorIndex.Single(i));

        /// <summary>Applies what makes a view; index tensors are left over, each at its dimension.</summary>
        private (Tensor View, Tensor?[]? Tensors) View(TensorIndex[] indices)
        {
            var view = this;
            Tensor?[]? tensors = null;
            var dim = 0;
            for (var i = 0; i < indices.Length; i++)
            {
                ref readonly var index = ref indices[i];
                switch (index.Kind)
                {
                    case IndexKind.None or IndexKind.Bool:
                        view = view.unsqueeze(dim);
                        if (index is { Kind: IndexKind.Bool, First: 0 })
                            view = view.narrow(dim, 0, 0);
                        dim++;
                        break;
                    case IndexKind.Ellipsis:
                        dim = (int)view.Dimensions - indices.Skip(i + 1).Sum(DimensionsOf);
                        break;
                    case IndexKind.Single:
                        view = view.select(dim, index.First!.Value);
                        break;
                    case IndexKind.Slice:
                        view = index is { First: null, Last: null, Step: null } ? view : Ops.slice_Tensor.Call(view, (long)dim, index.First, index.Last, index.Step ?? 1);
                        dim++;
                        break;
                    case IndexKind.Tensor:
                        tensors ??= new Tensor?[Math.Max(Dimensions, 1) + indices.Length];
                        tensors[dim] = index.Indices;
                        dim += DimensionsOf(index);
                        break;
                }
            }
            return (ReferenceEquals(view, this) && tensors is null ? alias() : view, tensors?[..dim]);
        }

        /// <summary>How many dimensions of the tensor an index uses up.</summary>
        private static int DimensionsOf(TensorIndex index) => index.Kind switch
        {
            IndexKind.None or IndexKind.Bool or IndexKind.Ellipsis => 0,
            IndexKind.Tensor when index.Indices!.dtype is ScalarType.Bool or ScalarType.Byte => (int)index.Indices.Dimensions,
            _ => 1,
        };
    }
}
