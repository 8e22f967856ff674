using TorchSharp.Core;

namespace TorchSharp;

public static partial class torch
{
    /// <content>Comparisons and logic, element by element; and comparisons of whole tensors.</content>
    public partial class Tensor
    {
        /// <summary>Whether each element equals the other.</summary>
        public Tensor eq(Tensor target) => Ops.eq_Tensor.Call(this, target);

        /// <summary>Whether each element equals the other.</summary>
        public Tensor eq(Scalar target) => Ops.eq_Scalar.Call(this, target);

        /// <summary>Whether each element differs from the other.</summary>
        public Tensor ne(Tensor target) => Ops.ne_Tensor.Call(this, target);

        /// <summary>Whether each element differs from the other.</summary>
        public Tensor ne(Scalar target) => Ops.ne_Scalar.Call(this, target);

        /// <summary>Whether each element is less than the other.</summary>
        public Tensor lt(Tensor target) => Ops.lt_Tensor.Call(this, target);

        /// <summary>Whether each element is less than the other.</summary>
        public Tensor lt(Scalar target) => Ops.lt_Scalar.Call(this, target);

        /// <summary>Whether each element is at most the other.</summary>
        public Tensor le(Tensor target) => Ops.le_Tensor.Call(this, target);

        /// <summary>Whether each element is at most the other.</summary>
        public Tensor le(Scalar target) => Ops.le_Scalar.Call(this, target);

        /// <summary>Whether each element is greater than the other.</summary>
        public Tensor gt(Tensor target) => Ops.gt_Tensor.Call(this, target);

        /// <summary>Whether each element is greater than the other.</summary>
        public Tensor gt(Scalar target) => Ops.gt_Scalar.Call(this, target);

        /// <summary>Whether each element is at least the other.</summary>
        public Tensor ge(Tensor target) => Ops.ge_Tensor.Call(this, target);

        /// <summary>Whether each element is at least the other.</summary>
        public Tensor ge(Scalar target) => Ops.ge_Scalar.Call(this, target);

        /// <summary>Whether both are not zero.</summary>
        public Tensor logical_and(Tensor other) => Ops.logical_and.Call(this, other);

        /// <summary>The same in place: whether both are not zero.</summary>
        public Tensor logical_and_(Tensor other) => Ops.logical_and_.InPlace(this, this, other);

        /// <summary>Whether one of the two is not zero.</summary>
        public Tensor logical_or(Tensor other) => Ops.logical_or.Call(this, other);

        /// <summary>The same in place: whether one of the two is not zero.</summary>
        public Tensor logical_or_(Tensor other) => Ops.logical_or_.InPlace(this, this, other);

        /// <summary>Whether exactly one of the two is not zero.</summary>
        public Tensor logical_xor(Tensor other) => Ops.logical_xor.Call(this, other);

        /// <summary>The same in place: whether exactly one of the two is not zero.</summary>
        public Tensor logical_xor_(Tensor other) => Ops.logical_xor_.InPlace(this, this, other);

        /// <summary>The bits that both have.</summary>
        public Tensor bitwise_and(Tensor other) => Ops.bitwise_and_Tensor.Call(this, other);

        /// <summary>The same in place: the bits that both have.</summary>
        public Tensor bitwise_and_(Tensor other) => Ops.bitwise_and__Tensor.InPlace(this, this, other);

        /// <summary>The bits that one of the two has.</summary>
        public Tensor bitwise_or(Tensor other) => Ops.bitwise_or_Tensor.Call(this, other);

        /// <summary>The same in place: the bits that one of the two has.</summary>
        public Tensor bitwise_or_(Tensor other) => Ops.bitwise_or__Tensor.InPlace(this, this, other);

        /// <summary>The bits that exactly one of the two has.</summary>
        public Tensor bitwise_xor(Tensor other) => Ops.bitwise_xor_Tensor.Call(this, other);

        /// <summary>The same in place: the bits that exactly one of the two has.</summary>
        public Tensor bitwise_xor_(Tensor other) => Ops.bitwise_xor__Tensor.InPlace(this, this, other);

        /// <summary>Whether each element is within rtol * |other| + atol of the other's.</summary>
        public Tensor isclose(Tensor other, double rtol = 1e-5, double atol = 1e-8, bool nanEqual = false) =>
            Ops.isclose.Call(this, other, rtol, atol, nanEqual);

        /// <summary>Whether every element is within rtol * |other| + atol of the other's.</summary>
        public bool allclose(Tensor target, double rtol = 1e-5, double atol = 1e-8, bool equal_nan = false) =>
            Ops.allclose.CallScalar(this, target, rtol, atol, equal_nan).Integer != 0;

        /// <summary>Whether each element equals the other.</summary>
        public Tensor equal(Tensor target) => eq(target);

        /// <summary>This where the condition holds, else the other.</summary>
        public Tensor where(Tensor condition, Tensor y) => Ops.where_self.Call(condition, this, y);
    }
}
