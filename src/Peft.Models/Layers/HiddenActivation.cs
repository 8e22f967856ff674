using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Peft.Models;

/// <summary>Activation functions by their names in configurations (Hugging Face's <c>ACT2FN</c>).</summary>
internal static class HiddenActivation
{
    private static readonly Dictionary<string, Func<Tensor, Tensor>> s_functions = new()
    {
        ["gelu"] = functional.gelu,
        ["gelu_python"] = functional.gelu,
        ["gelu_new"] = TanhGelu,
        ["gelu_fast"] = TanhGelu, // the same function with the root of 2/pi rounded to 10 digits
        ["gelu_accurate"] = TanhGelu,
        ["gelu_pytorch_tanh"] = TanhGelu,
        ["gelu_python_tanh"] = TanhGelu,
        ["gelu_10"] = x => functional.gelu(x).clamp(-10, 10),
        ["quick_gelu"] = x => x * (x * 1.702).sigmoid(),
        ["laplace"] = x => (((x - 0.707107) / (0.282095 * Math.Sqrt(2))).erf() + 1) * 0.5,
        ["leaky_relu"] = x => functional.leaky_relu(x, 0.01),
        ["linear"] = x => x,
        ["mish"] = x => functional.mish(x),
        ["relu"] = x => functional.relu(x),
        ["relu2"] = x => functional.relu(x).square(),
        ["relu6"] = x => functional.relu6(x),
        ["sigmoid"] = x => x.sigmoid(),
        ["silu"] = x => functional.silu(x),
        ["swish"] = x => functional.silu(x),
        ["tanh"] = x => x.tanh(),
    };

    /// <summary>The names that are known. Functions with trained parameters are not among them.</summary>
    public static IReadOnlyCollection<string> Names => s_functions.Keys;

    /// <summary>Applies a function.</summary>
    public static Tensor Apply(string name, Tensor x) => s_functions[name](x);

    private static Tensor TanhGelu(Tensor x) => functional.gelu(x, TorchSharp.Modules.GELU.Approximate.tanh);
}
