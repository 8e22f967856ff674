using TorchSharp.Core;

namespace TorchSharp;

public static partial class torch
{
    /// <content>Many elements become one.</content>
    public partial class Tensor
    {
        /// <summary>The sum of all elements.</summary>
        public Tensor sum(ScalarType? type = null) => Ops.sum.Call(this, type);

        /// <summary>The sum over one dimension.</summary>
        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => Ops.sum_dim_IntList.Call(this, new[] { dim }, keepdim, type);

        /// <summary>The sum over some dimensions.</summary>
        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) => Ops.sum_dim_IntList.Call(this, dim, keepdim, type);

        /// <summary>The sum over some dimensions.</summary>
        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) =>
            Ops.sum_dim_IntList.Call(this, dim.ToArray(), keepdim, type);

        /// <summary>The sum over two dimensions.</summary>
        public Tensor sum(long dim0, long dim1, bool keepdim = false, ScalarType? type = null) =>
            Ops.sum_dim_IntList.Call(this, new[] { dim0, dim1 }, keepdim, type);

        /// <summary>The mean of all elements.</summary>
        public Tensor mean() => Ops.mean.Call(this);

        /// <summary>The mean over some dimensions.</summary>
        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) => Ops.mean_dim.Call(this, dimensions, keepdim, type);

        /// <summary>The product of all elements.</summary>
        public Tensor prod(ScalarType? type = null) => Ops.prod.Call(this, type);

        /// <summary>The product over one dimension.</summary>
        public Tensor prod(long dim, bool keepdim = false, ScalarType? type = null) => Ops.prod_dim_int.Call(this, dim, keepdim, type);

        /// <summary>The standard deviation of all elements.</summary>
        public Tensor std(bool unbiased = true) => Ops.std.Call(this, unbiased);

        /// <summary>The standard deviation over one dimension.</summary>
        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Ops.std_dim.Call(this, new[] { dim }, unbiased, keepdim).Typed(type);

        /// <summary>The standard deviation over some dimensions.</summary>
        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Ops.std_dim.Call(this, dimensions, unbiased, keepdim).Typed(type);

        /// <summary>The variance of all elements.</summary>
        public Tensor var(bool unbiased = true) => Ops.var.Call(this, unbiased);

        /// <summary>The variance over one dimension.</summary>
        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Ops.var_dim.Call(this, new[] { dim }, unbiased, keepdim).Typed(type);

        /// <summary>The variance over some dimensions.</summary>
        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Ops.var_dim.Call(this, dimensions, unbiased, keepdim).Typed(type);

        /// <summary>The variance and the mean of all elements.</summary>
        public (Tensor, Tensor) var_mean(bool unbiased = true) => Ops.var_mean.Call2(this, unbiased);

        /// <summary>The p-norm of all elements.</summary>
        public Tensor norm(float p = 2) => Ops.norm_Scalar.Call(this, p);

        /// <summary>The p-norm over one dimension.</summary>
        public Tensor norm(int dim, bool keepdim = false, float p = 2) => Ops.norm_ScalarOpt_dim.Call(this, p, new[] { (long)dim }, keepdim);

        /// <summary>The largest element.</summary>
        public Tensor max() => Ops.max.Call(this);

        /// <summary>The largest elements over one dimension, and where they are.</summary>
        public (Tensor, Tensor) max(long dim, bool keepdim = false) => Ops.max_dim.Call2(this, dim, keepdim);

        /// <summary>The larger of the two, element by element.</summary>
        public Tensor max(Tensor other) => Ops.max_other.Call(this, other);

        /// <summary>The smallest element.</summary>
        public Tensor min() => Ops.min.Call(this);

        /// <summary>The smallest elements over one dimension, and where they are.</summary>
        public (Tensor, Tensor) min(long dim, bool keepdim = false) => Ops.min_dim.Call2(this, dim, keepdim);

        /// <summary>The smaller of the two, element by element.</summary>
        public Tensor min(Tensor other) => Ops.min_other.Call(this, other);

        /// <summary>The largest element over some dimensions.</summary>
        public Tensor amax(params long[] dims) => Ops.amax.Call(this, dims);

        /// <summary>The smallest element over some dimensions.</summary>
        public Tensor amin(params long[] dims) => Ops.amin.Call(this, dims);

        /// <summary>Where the largest element is, in the order of all elements.</summary>
        public Tensor argmax() => Ops.argmax.Call(this);

        /// <summary>Where the largest elements over one dimension are.</summary>
        public Tensor argmax(long dim, bool keepdim = false) => Ops.argmax.Call(this, dim, keepdim);

        /// <summary>Where the smallest element is, in the order of all elements.</summary>
        public Tensor argmin() => Ops.argmin.Call(this);

        /// <summary>Where the smallest elements over one dimension are.</summary>
        public Tensor argmin(long dim, bool keepdim = false) => Ops.argmin.Call(this, dim, keepdim);

        /// <summary>Whether any element is not zero.</summary>
        public Tensor any() => Ops.any.Call(this);

        /// <summary>Whether any element over one dimension is not zero.</summary>
        public Tensor any(long dim, bool keepdim = false) => Ops.any_dim.Call(this, dim, keepdim);

        /// <summary>Whether no element is zero.</summary>
        public Tensor all() => Ops.all.Call(this);

        /// <summary>Whether no element over one dimension is zero.</summary>
        public Tensor all(long dim, bool keepdim = false) => Ops.all_dim.Call(this, dim, keepdim);

        /// <summary>How many elements, over some dimensions or all, are not zero.</summary>
        public Tensor count_nonzero(long[]? dims = null) =>
            Ops.count_nonzero_dim_IntList.Call(this, dims ?? Enumerable.Range(0, (int)Dimensions).Select(d => (long)d).ToArray());

        /// <summary>The running sum along one dimension.</summary>
        public Tensor cumsum(long dim, ScalarType? type = null) => Ops.cumsum.Call(this, dim, type);

        /// <summary>The running product along one dimension.</summary>
        public Tensor cumprod(long dim, ScalarType? type = null) => Ops.cumprod.Call(this, dim, type);

        /// <summary>log(sum(exp(x))) over one dimension, without overflow.</summary>
        public Tensor logsumexp(long dim, bool keepdim = false) => Ops.logsumexp.Call(this, new[] { dim }, keepdim);

        /// <summary>exp(x) / sum(exp(x)) over one dimension, without overflow.</summary>
        public Tensor softmax(long dim, ScalarType? dtype = null) => Ops.softmax_int.Call(this, dim, dtype);

        /// <summary>log(softmax(x)) over one dimension.</summary>
        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Ops.log_softmax_int.Call(this, dim, dtype);

        /// <summary>The median of all elements; the lower one of two.</summary>
        public Tensor median() => Ops.median.Call(this);

        /// <summary>The sum of the diagonal of a matrix.</summary>
        public Tensor trace() => Ops.trace.Call(this);

        /// <summary>The k largest (or smallest) elements along one dimension, and where they are.</summary>
        public (Tensor, Tensor) topk(int k, int dim = -1, bool largest = true, bool sorted = true) => Ops.topk.Call2(this, (long)k, (long)dim, largest, sorted);

        /// <summary>The elements in order along one dimension, and where they were.</summary>
        public (Tensor, Tensor) sort(long dim = -1, bool descending = false, bool stable = false) => Ops.sort_stable.Call2(this, stable, dim, descending);

        /// <summary>Where the elements would come from in order along one dimension.</summary>
        public Tensor argsort(long dim = -1, bool descending = false) => Ops.argsort.Call(this, dim, descending);

        /// <summary>The distinct elements; for each element which of them it is; and how often each occurs. What was not asked for is empty.</summary>
        public (Tensor, Tensor, Tensor) unique(bool sorted = true, bool return_inverse = false, bool return_counts = false, int? dim = null) =>
            Distinct(sorted, return_inverse, return_counts, dim);
    }
}
