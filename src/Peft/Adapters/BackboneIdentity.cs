using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Peft;

/// <summary>
/// Identifies a backbone by what adapters depend on: its configuration and the names and shapes of the layers' parameters. Weights are not
/// included.
/// </summary>
public static class BackboneIdentity
{
    private const int Length = 16;

    /// <summary>Computes a backbone's identity.</summary>
    /// <param name="model">The backbone.</param>
    /// <returns>The first 16 hexadecimal digits of a SHA-256.</returns>
    public static string Compute(PeftModel model)
    {
        var text = new StringBuilder((model.Backbone as IConfiguredBackbone)?.ConfigurationText);
        var layered = model.Backbone.named_parameters().Where(pair => SiteAddress.LayerOf(pair.Item1) >= 0).ToList();
        foreach (var (name, parameter) in layered.OrderBy(pair => pair.Item1, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"\n{name} {string.Join('x', parameter.shape)}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..Length];
    }
}
