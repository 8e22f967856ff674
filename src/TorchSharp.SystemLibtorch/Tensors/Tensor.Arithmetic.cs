using TorchSharp.Core;

namespace TorchSharp;

public static partial class torch
{
    /// <content>Arithmetic of two tensors, or of a tensor and a number.</content>
    public partial class Tensor
    {
        /// <summary>The sum of the two, broadcast.</summary>
        public Tensor add(Tensor target) => Ops.add_Tensor.Call(this, target);

        /// <summary>This plus alpha times the other.</summary>
        public Tensor add(Tensor target, Scalar alpha) => Ops.add_Tensor.Call(this, target, alpha);

        /// <summary>The number added to each element.</summary>
        public Tensor add(Scalar scalar) => Ops.add_Scalar.Call(this, scalar);

        /// <summary>The number, times alpha, added to each element.</summary>
        public Tensor add(Scalar scalar, Scalar alpha) => Ops.add_Scalar.Call(this, scalar, alpha);

        /// <summary>Adds the other in place.</summary>
        public Tensor add_(Tensor target) => Ops.add__Tensor.InPlace(this, this, target);

        /// <summary>Adds alpha times the other in place.</summary>
        public Tensor add_(Tensor target, Scalar alpha) => Ops.add__Tensor.InPlace(this, this, target, alpha);

        /// <summary>Adds the number in place.</summary>
        public Tensor add_(Scalar scalar) => Ops.add__Scalar.InPlace(this, this, scalar);

        /// <summary>Adds the number, times alpha, in place.</summary>
        public Tensor add_(Scalar scalar, Scalar alpha) => Ops.add__Scalar.InPlace(this, this, scalar, alpha);

        /// <summary>The difference of the two, broadcast.</summary>
        public Tensor sub(Tensor target) => Ops.sub_Tensor.Call(this, target);

        /// <summary>Each element minus the number.</summary>
        public Tensor sub(Scalar target) => Ops.sub_Scalar.Call(this, target);

        /// <summary>Subtracts the other in place.</summary>
        public Tensor sub_(Tensor target) => Ops.sub__Tensor.InPlace(this, this, target);

        /// <summary>Subtracts the number in place.</summary>
        public Tensor sub_(Scalar target) => Ops.sub__Scalar.InPlace(this, this, target);

        /// <summary>The product of the two, element by element, broadcast.</summary>
        public Tensor mul(Tensor target) => Ops.mul_Tensor.Call(this, target);

        /// <summary>Each element times the number.</summary>
        public Tensor mul(Scalar target) => Ops.mul_Scalar.Call(this, target);

        /// <summary>Multiplies by the other in place.</summary>
        public Tensor mul_(Tensor target) => Ops.mul__Tensor.InPlace(this, this, target);

        /// <summary>Multiplies by the number in place.</summary>
        public Tensor mul_(Scalar target) => Ops.mul__Scalar.InPlace(this, this, target);

        /// <summary>The quotient of the two, element by element, broadcast.</summary>
        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => Ops.div_Tensor_mode.Call(this, target, Rounding(rounding_mode));

        /// <summary>Each element divided by the number.</summary>
        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => Ops.div_Scalar_mode.Call(this, target, Rounding(rounding_mode));

        /// <summary>Divides by the other in place.</summary>
        public Tensor div_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) =>
            Ops.div__Tensor_mode.InPlace(this, this, target, Rounding(rounding_mode));

        /// <summary>Divides by the number in place.</summary>
        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) =>
            Ops.div__Scalar_mode.InPlace(this, this, target, Rounding(rounding_mode));

        /// <summary>The quotient rounded down.</summary>
        public Tensor floor_divide(Tensor other) => Ops.floor_divide.Call(this, other);

        /// <summary>The quotient rounded down.</summary>
        public Tensor floor_divide(Scalar other) => Ops.floor_divide_Scalar.Call(this, other);

        /// <summary>The remainder, with the divisor's sign.</summary>
        public Tensor remainder(Tensor target) => Ops.remainder_Tensor.Call(this, target);

        /// <summary>The remainder, with the divisor's sign.</summary>
        public Tensor remainder(Scalar scalar) => Ops.remainder_Scalar.Call(this, scalar);

        /// <summary>The remainder, with the dividend's sign.</summary>
        public Tensor fmod(Tensor target) => Ops.fmod_Tensor.Call(this, target);

        /// <summary>The remainder, with the dividend's sign.</summary>
        public Tensor fmod(Scalar scalar) => Ops.fmod_Scalar.Call(this, scalar);

        /// <summary>Each element to the power of the other's.</summary>
        public Tensor pow(Tensor exponent) => Ops.pow_Tensor_Tensor.Call(this, exponent);

        /// <summary>Each element to the power of the number.</summary>
        public Tensor pow(Scalar exponent) => Ops.pow_Tensor_Scalar.Call(this, exponent);

        /// <summary>Raises to the power in place.</summary>
        public Tensor pow_(Tensor exponent) => Ops.pow__Tensor.InPlace(this, this, exponent);

        /// <summary>Raises to the power in place.</summary>
        public Tensor pow_(Scalar exponent) => Ops.pow__Scalar.InPlace(this, this, exponent);

        /// <summary>This plus value times the product of the two.</summary>
        public Tensor addcmul(Tensor tensor1, Tensor tensor2, Scalar value) => Ops.addcmul.Call(this, tensor1, tensor2, value);

        /// <summary>Adds value times the product of the two in place.</summary>
        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value) => Ops.addcmul_.InPlace(this, this, tensor1, tensor2, value);

        /// <summary>This plus the quotient of the two.</summary>
        public Tensor addcdiv(Tensor tensor1, Tensor tensor2) => Ops.addcdiv.Call(this, tensor1, tensor2);

        /// <summary>This plus value times the quotient of the two.</summary>
        public Tensor addcdiv(Tensor tensor1, Tensor tensor2, Scalar value) => Ops.addcdiv.Call(this, tensor1, tensor2, value);

        /// <summary>Adds the quotient of the two in place.</summary>
        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2) => Ops.addcdiv_.InPlace(this, this, tensor1, tensor2);

        /// <summary>Adds value times the quotient of the two in place.</summary>
        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value) => Ops.addcdiv_.InPlace(this, this, tensor1, tensor2, value);

        /// <summary>This plus weight times the way to the end.</summary>
        public Tensor lerp(Tensor end, Tensor weight) => Ops.lerp_Tensor.Call(this, end, weight);

        /// <summary>Moves towards the end in place.</summary>
        public Tensor lerp_(Tensor end, Tensor weight) => Ops.lerp__Tensor.InPlace(this, this, end, weight);

        /// <summary>Each element held between the two bounds, where they are given.</summary>
        public Tensor clamp(Scalar? min = null, Scalar? max = null) => Ops.clamp.Call(this, min, max);

        /// <summary>Each element held between the two bounds, where they are given.</summary>
        public Tensor clamp(Tensor? min = null, Tensor? max = null) => Ops.clamp_Tensor.Call(this, min, max);

        /// <summary>Holds each element between the two bounds in place.</summary>
        public Tensor clamp_(Scalar? min = null, Scalar? max = null) => Ops.clamp_.InPlace(this, this, min, max);

        /// <summary>Holds each element between the two bounds in place.</summary>
        public Tensor clamp_(Tensor? min = null, Tensor? max = null) => Ops.clamp__Tensor.InPlace(this, this, min, max);

        /// <summary>Each element, at least the bound.</summary>
        public Tensor clamp_min(Scalar min) => Ops.clamp_min.Call(this, min);

        /// <summary>Raises each element to the bound in place.</summary>
        public Tensor clamp_min_(Scalar min) => Ops.clamp_min_.InPlace(this, this, min);

        /// <summary>Each element, at most the bound.</summary>
        public Tensor clamp_max(Scalar max) => Ops.clamp_max.Call(this, max);

        /// <summary>Lowers each element to the bound in place.</summary>
        public Tensor clamp_max_(Scalar max) => Ops.clamp_max_.InPlace(this, this, max);

        /// <summary>The larger of the two, element by element.</summary>
        public Tensor maximum(Tensor other) => Ops.maximum.Call(this, other);

        /// <summary>The smaller of the two, element by element.</summary>
        public Tensor minimum(Tensor other) => Ops.minimum.Call(this, other);
    }
}
