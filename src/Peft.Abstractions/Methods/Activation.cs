using static TorchSharp.torch;

namespace Peft;

/// <summary>Elementwise activation functions between a method's projections.</summary>
public enum Activation
{
    /// <summary>x.</summary>
    Identity,

    /// <summary>max(0, x).</summary>
    Relu,

    /// <summary>x Phi(x), exact.</summary>
    Gelu,

    /// <summary>x Phi(x) with Phi approximated by tanh, as in GPT-2.</summary>
    GeluNew,

    /// <summary>x sigmoid(x), also called SiLU.</summary>
    Swish,

    /// <summary>tanh x.</summary>
    Tanh,
}

/// <summary>Applies an <see cref="Activation"/>.</summary>
public static class ActivationExtensions
{
    extension(Activation activation)
    {
        /// <summary>Computes the function elementwise.</summary>
        /// <param name="x">Any shape.</param>
        /// <returns>The same shape.</returns>
        public Tensor Apply(Tensor x) => activation switch
        {
            Activation.Relu => nn.functional.relu(x),
            Activation.Gelu => nn.functional.gelu(x),
            Activation.GeluNew => nn.functional.gelu(x, TorchSharp.Modules.GELU.Approximate.tanh),
            Activation.Swish => nn.functional.silu(x),
            Activation.Tanh => nn.functional.tanh(x),
            _ => x,
        };
    }
}
