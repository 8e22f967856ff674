using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft;

/// <summary>A linear map of a backbone layer with the projection methods attached to it.</summary>
/// <param name="site">The site.</param>
/// <param name="module">The linear map's name inside its host.</param>
/// <param name="linear">The linear map; read lazily, because the host creates it in its constructor.</param>
public sealed class ProjectionPoint(Site site, string module, Func<Linear> linear) : InjectionPoint(site, module)
{
    private ProjectionMethod[] _methods = [];

    private protected override bool HasNoMethod => _methods.Length == 0;

    private protected override bool MethodsAreTokenwise => Array.TrueForAll(_methods, method => !method.IsEnabled || method.IsTokenwise);

    /// <summary>The linear map itself.</summary>
    public Linear Linear => linear();

    internal override SiteDimensions Dimensions => new((int)Linear.weight!.shape[1], (int)Linear.weight!.shape[0]);

    /// <summary>Runs the linear map and then every attached method, in the order of attachment.</summary>
    /// <param name="x">Input [..., In].</param>
    /// <returns>Output [..., Out], of the dtype of the linear map's output.</returns>
    public Tensor Apply(Tensor x)
    {
        var map = Linear;
        x = Split is null ? OnInput(x) : Split.Join<ProjectionPoint>(x, (point, _, rows) => point.OnInput(rows));
        var y = LinearMap.Apply(x, map.weight!, map.bias);
        return Split is null
            ? OnOutput(x, y) : Split.Join<ProjectionPoint>(y, (point, part, rows) => point.OnOutput(part.Of(x), rows));
    }

    private Tensor OnInput(Tensor x)
    {
        foreach (var method in _methods)
        {
            if (method.IsEnabled)
                x = method.RunOnInput(x);
        }

        return x;
    }

    private Tensor OnOutput(Tensor x, Tensor y)
    {
        foreach (var method in _methods)
        {
            if (method.IsEnabled)
                y = method.Run(x, y, Linear.training);
        }

        return y;
    }

    internal override void Attach(AdaptationMethod method) => _methods = [.. _methods, (ProjectionMethod)method];

    internal override void Prepare(AdaptationMethod method) => ((ProjectionMethod)method).Bind(Linear);

    internal override void Detach(AdaptationMethod method) => _methods = [.. _methods.Where(other => other != method)];
}
