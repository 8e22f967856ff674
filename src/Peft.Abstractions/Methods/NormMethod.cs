using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Peft;

/// <summary>A method that replaces the weight and the bias of a LayerNorm.</summary>
public abstract class NormMethod : AdaptationMethod
{
    /// <summary>The width of the norm.</summary>
    protected int Hidden { get; private set; }

    /// <summary>The method's formula.</summary>
    /// <param name="norm">Weight and bias [Hidden] of the frozen norm, or of the previously attached method.</param>
    /// <returns>The new weight and bias [Hidden].</returns>
    protected abstract NormParameters Apply(NormParameters norm);

    internal NormParameters Run(NormParameters norm, bool training)
    {
        IsTraining = training;
        NormParameters result;
        try
        {
            result = Apply(norm);
        }
        catch (ExternalException error) when (MethodShapeException.IsAbout(error))
        {
            throw MethodShapeException.Create(this, nameof(Apply), error, ("weight", norm.Weight), ("bias", norm.Bias));
        }

        Require(result.Weight, "weight", norm);
        Require(result.Bias, "bias", norm);
        return result;
    }

    private void Require(Tensor result, string name, NormParameters norm)
    {
        if (!MethodShapeException.AreAlike(result, norm.Weight))
            throw MethodShapeException.Create(
                this, nameof(Apply), $"a {name} [{Hidden}]", result, ("weight", norm.Weight), ("bias", norm.Bias));
    }

    private protected override void SetDimensions(SiteDimensions dimensions) => Hidden = dimensions.In;

    internal static NormParameters Widen(NormParameters norm) => new(Widen(norm.Weight), Widen(norm.Bias));
}

/// <summary>The two parameters of a LayerNorm.</summary>
/// <param name="Weight">Factor [Hidden].</param>
/// <param name="Bias">Summand [Hidden].</param>
public readonly record struct NormParameters(Tensor Weight, Tensor Bias);
