using TorchSharp.Core;

namespace TorchSharp;

public static partial class torch
{
    /// <content>New values in place, and new tensors like this one.</content>
    public partial class Tensor
    {
        /// <summary>Sets every element.</summary>
        public Tensor fill_(Scalar value) => Ops.fill__Scalar.InPlace(this, this, value);

        /// <summary>Sets every element to zero.</summary>
        public Tensor zero_() => Ops.zero_.InPlace(this, this);

        /// <summary>Copies the elements of another tensor, broadcast and converted.</summary>
        public Tensor copy_(Tensor source, bool nonBlocking = false) => Ops.copy_.InPlace(this, this, source, nonBlocking);

        /// <summary>Fills with draws of a normal distribution.</summary>
        public Tensor normal_(double mean = 0, double std = 1, Generator? generator = null) => Ops.normal_.InPlace(this, this, mean, std, generator);

        /// <summary>Fills with draws uniform over [from, to).</summary>
        public Tensor uniform_(double from, double to, Generator? generator = null) => Ops.uniform_.InPlace(this, this, from, to, generator);

        /// <summary>Fills with ones, of probability p, and zeros.</summary>
        public Tensor bernoulli_(double p = 0.5, Generator? generator = null) => Ops.bernoulli__float.InPlace(this, this, p, generator);

        /// <summary>Fills with ones, of the given probabilities, and zeros.</summary>
        public Tensor bernoulli_(Tensor p, Generator? generator = null) => Ops.bernoulli__Tensor.InPlace(this, this, p, generator);

        /// <summary>Fills with draws of an exponential distribution.</summary>
        public Tensor exponential_(double lambda = 1, Generator? generator = null) => Ops.exponential_.InPlace(this, this, lambda, generator);

        /// <summary>Fills with whole numbers drawn from [from, to).</summary>
        public Tensor random_(double from, double to, Generator? generator = null) => Ops.random__from.InPlace(this, this, (long)from, (long)to, generator);

        /// <summary>Ones and zeros, drawn with this tensor's elements as probabilities.</summary>
        public Tensor bernoulli(Generator? generator = null) => Ops.bernoulli.Call(this, generator);

        /// <summary>Positions drawn with this tensor's elements as weights.</summary>
        public Tensor multinomial(long num_samples, bool replacement = false, Generator? generator = null) =>
            Ops.multinomial.Call(this, num_samples, replacement, generator);

        /// <summary>Zeros in this shape.</summary>
        public Tensor zeros_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Ops.zeros_like.Call(this, dtype, Arg.None, device).with_requires_grad(requires_grad);

        /// <summary>Ones in this shape.</summary>
        public Tensor ones_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Ops.ones_like.Call(this, dtype, Arg.None, device).with_requires_grad(requires_grad);

        /// <summary>Memory of this shape, not set.</summary>
        public Tensor empty_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Ops.empty_like.Call(this, dtype, Arg.None, device).with_requires_grad(requires_grad);

        /// <summary>One value in this shape.</summary>
        public Tensor full_like(Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Ops.full_like.Call(this, value, dtype, Arg.None, device).with_requires_grad(requires_grad);

        /// <summary>Draws uniform over [0, 1) in this shape.</summary>
        public Tensor rand_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Ops.rand_like.Call(this, dtype, Arg.None, device).with_requires_grad(requires_grad);

        /// <summary>Draws of the standard normal distribution in this shape.</summary>
        public Tensor randn_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Ops.randn_like.Call(this, dtype, Arg.None, device).with_requires_grad(requires_grad);

        /// <summary>Zeros of this element type and device.</summary>
        public Tensor new_zeros(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            zeros(size, dtype ?? this.dtype, device ?? this.device, requires_grad);

        /// <summary>One value, of this element type and device.</summary>
        public Tensor new_full(long[] size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            full(size, value, dtype ?? this.dtype, device ?? this.device, requires_grad);

        /// <summary>Memory of this element type and device, not set.</summary>
        public Tensor new_empty(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            empty(size, dtype ?? this.dtype, device ?? this.device, requires_grad);
    }
}
