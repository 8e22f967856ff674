using System.Globalization;

namespace Peft;

/// <summary>A site of a backbone and its position.</summary>
/// <param name="Path">The module path as in checkpoints: for a projection site, that of the linear map; for a stream site, that of the
/// layer part.</param>
/// <param name="Layer">The layer's number from 0; -1 outside the layers.</param>
/// <param name="Point">The site itself.</param>
public sealed record SiteAddress(string Path, int Layer, InjectionPoint Point)
{
    /// <summary>The site's name.</summary>
    public Site Site => Point.Site;

    /// <summary>
    /// Finds every site of a backbone, layer by layer, in the order of the forward pass (sites are declared in that order).
    /// </summary>
    internal static IReadOnlyList<SiteAddress> All(TorchSharp.torch.nn.Module backbone) =>
    [
        .. from named in backbone.named_modules().Prepend(("", backbone)) // the root may be a host itself
           where named.Item2 is IInjectionHost
           from point in ((IInjectionHost)named.Item2).InjectionPoints
           orderby LayerOf(named.Item1), point.Site
           select new SiteAddress(point.Module.Length == 0
               ? named.Item1 : $"{named.Item1}.{point.Module}".TrimStart('.'), LayerOf(named.Item1), point),
    ];

    internal static int LayerOf(string path) =>
        path.Split('.')
            .Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var layer) ? layer : -1)
            .FirstOrDefault(layer => layer >= 0, -1);
}
