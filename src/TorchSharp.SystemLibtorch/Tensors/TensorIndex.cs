namespace TorchSharp;

public static partial class torch
{
    /// <summary>One position in a list of indices: a number, a slice, a tensor, a new dimension, or "all the dimensions between".</summary>
    public readonly struct TensorIndex
    {
        /// <summary>A new dimension of size one.</summary>
        public static readonly TensorIndex None = new(IndexKind.None);

        /// <summary>A new dimension of size one.</summary>
        public static readonly TensorIndex Null = new(IndexKind.None);

        /// <summary>All the dimensions that the other indices leave.</summary>
        public static readonly TensorIndex Ellipsis = new(IndexKind.Ellipsis);

        /// <summary>The whole of one dimension.</summary>
        public static readonly TensorIndex Colon = new(IndexKind.Slice);

        internal readonly IndexKind Kind;
        internal readonly long? First;
        internal readonly long? Last;
        internal readonly long? Step;
        internal readonly torch.Tensor? Indices;

        private TensorIndex(IndexKind kind, long? first = null, long? last = null, long? step = null, torch.Tensor? indices = null)
        {
            Kind = kind;
            First = first;
            Last = last;
            Step = step;
            Indices = indices;
        }

        /// <summary>From start up to, not including, stop; negative counts from the end, null means as far as it goes.</summary>
        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) => new(IndexKind.Slice, start, stop, step);

        /// <summary>From the first to, not including, the second.</summary>
        public static TensorIndex Slice((int?, int?) range) => Slice(range.Item1, range.Item2);

        /// <summary>A C# range.</summary>
        public static TensorIndex Slice(Range range) => Slice(
            range.Start.IsFromEnd ? -range.Start.Value : range.Start.Value,
            range.End.IsFromEnd ? range.End.Value == 0 ? null : -range.End.Value : range.End.Value);

        /// <summary>One position of a dimension, which disappears.</summary>
        public static TensorIndex Single(long? index) => index is null ? None : new(IndexKind.Single, index);

        /// <summary>A new dimension: of size one for true, of size zero for false.</summary>
        public static TensorIndex Bool(bool value) => new(IndexKind.Bool, value ? 1 : 0);

        /// <summary>Positions, or a mask of bools.</summary>
        public static TensorIndex Tensor(torch.Tensor tensor) => new(IndexKind.Tensor, indices: tensor);

        /// <inheritdoc cref="Single(long?)"/>
        public static implicit operator TensorIndex(long value) => Single(value);

        /// <inheritdoc cref="Slice(ValueTuple{int?, int?})"/>
        public static implicit operator TensorIndex((int?, int?) range) => Slice(range);

        /// <inheritdoc cref="Slice(Range)"/>
        public static implicit operator TensorIndex(Range range) => Slice(range);

        /// <summary>One position, possibly counted from the end.</summary>
        public static implicit operator TensorIndex(Index index) => Single(index.IsFromEnd ? -index.Value : index.Value);
    }

    internal enum IndexKind
    {
        None,
        Ellipsis,
        Bool,
        Single,
        Slice,
        Tensor,
    }
}
