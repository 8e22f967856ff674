using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft;

/// <summary>A LayerNorm of a backbone with the norm methods attached to it.</summary>
/// <param name="site">The site.</param>
/// <param name="module">The norm's name inside its host.</param>
/// <param name="norm">The norm; read lazily, because the host creates it in its constructor.</param>
public sealed class NormPoint(Site site, string module, Func<LayerNorm> norm) : InjectionPoint(site, module)
{
    private NormMethod[] _methods = [];

    private protected override bool HasNoMethod => _methods.Length == 0;

    // A norm processes one token at a time.
    private protected override bool MethodsAreTokenwise => true;

    /// <summary>The norm itself.</summary>
    public LayerNorm Norm => norm();

    internal override SiteDimensions Dimensions => new((int)Norm.normalized_shape[0], (int)Norm.normalized_shape[0]);

    /// <summary>Runs the norm with the weight and bias from the attached methods.</summary>
    /// <param name="x">Input [..., Hidden].</param>
    /// <returns>Output [..., Hidden], of the dtype of <paramref name="x"/>.</returns>
    public Tensor Apply(Tensor x) => Split is null || IsEmpty
        ? Run(x) : Split.Join<NormPoint>(x, (point, _, rows) => point.Run(rows));

    private Tensor Run(Tensor x)
    {
        var layer = Norm;
        if (!Array.Exists(_methods, method => method.IsEnabled))
            return layer.call(x);
        var own = NormMethod.Widen(new NormParameters(layer.weight!, layer.bias!));
        foreach (var method in _methods)
        {
            if (method.IsEnabled)
                own = method.Run(own, layer.training);
        }

        return nn.functional.layer_norm(x, [.. layer.normalized_shape], own.Weight.to_type(x.dtype), own.Bias.to_type(x.dtype), layer.eps);
    }

    internal override void Attach(AdaptationMethod method) => _methods = [.. _methods, (NormMethod)method];

    internal override void Detach(AdaptationMethod method) => _methods = [.. _methods.Where(other => other != method)];
}
