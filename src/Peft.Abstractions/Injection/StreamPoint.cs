using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft;

/// <summary>A point of a backbone layer's hidden stream with the stream methods attached to it.</summary>
/// <param name="site">The site.</param>
/// <param name="norm">The LayerNorm after the residual sum; read lazily, because the host creates it in its constructor.</param>
public sealed class StreamPoint(Site site, Func<LayerNorm> norm) : InjectionPoint(site, "")
{
    private StreamMethod[] _methods = [];

    private protected override bool HasNoMethod => _methods.Length == 0;

    private protected override bool MethodsAreTokenwise => Array.TrueForAll(_methods, method => !method.IsEnabled || method.IsTokenwise);

    /// <summary>
    /// Whether the layer normalises the sum of stream and residual immediately (norm after the residual, as in BERT). Otherwise (GPT-2),
    /// <see cref="StreamContext.NormalizedSum"/> is the sum itself. Such a layer sets this in its constructor.
    /// </summary>
    public bool NormsSum { get; set; } = true;

    internal override SiteDimensions Dimensions => new((int)norm().normalized_shape[0], (int)norm().normalized_shape[0]);

    /// <summary>Runs every attached method, in the order of attachment.</summary>
    /// <param name="hidden">The stream [batch, length, Hidden].</param>
    /// <param name="residual">The residual that is added to it next, of the same shape.</param>
    /// <returns>The adapted stream, of the dtype of <paramref name="hidden"/>.</returns>
    public Tensor Apply(Tensor hidden, Tensor residual) => Split is null
        ? Run(hidden, residual) : Split.Join<StreamPoint>(hidden, (point, part, rows) => point.Run(rows, part.Of(residual)));

    private Tensor Run(Tensor hidden, Tensor residual)
    {
        foreach (var method in _methods)
        {
            if (method.IsEnabled)
                hidden = method.Run(hidden, new StreamContext(residual, norm(), NormsSum));
        }

        return hidden;
    }

    internal override void Attach(AdaptationMethod method) => _methods = [.. _methods, (StreamMethod)method];

    internal override void Detach(AdaptationMethod method) => _methods = [.. _methods.Where(other => other != method)];
}
