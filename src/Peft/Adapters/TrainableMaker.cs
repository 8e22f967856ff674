using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft;

/// <summary>
/// Creates parameters with initial values sampled from one seeded generator, on the CPU, so that they are the same for every device. Blank
/// parameters are not initialised, because their values are loaded later.
/// </summary>
/// <param name="seed">The generator's seed.</param>
/// <param name="device">Where the parameters are used.</param>
/// <param name="dtype">Their type.</param>
/// <param name="blank">Whether they are not initialised.</param>
/// <param name="most">The most elements of all parameters; each counts a few more, so that their number is limited too.</param>
internal sealed class TrainableMaker(
    ulong seed, Device device, ScalarType dtype, bool blank = false, long most = long.MaxValue) : IDisposable
{
    private const int ElementsOfOne = 64;

    private readonly Generator _generator = new(seed);
    private Int128 _elements;

    public Parameter Make(TrainableSpec spec)
    {
        _elements += ElementsOfOne + spec.Shape.Aggregate(Int128.One, (product, size) => product * size);
        if (_elements > most || spec.Shape.Any(size => size < 0))
            throw new AdapterSizeException(most);
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var values = zeros([.. spec.Shape], dtype: dtype);
        if (!blank)
            Begin(values, spec);
        return scope.Detach(new Parameter(values.to(device), requires_grad: true));
    }

    public void Dispose() => _generator.Dispose();

    private void Begin(Tensor values, TrainableSpec spec)
    {
        if (spec.From?.Invoke() is { } first)
            values.copy_(first);
        else
            Fill(values, spec);
    }

    private void Fill(Tensor values, TrainableSpec spec)
    {
        var fanIn = spec.Shape[^1];
        switch (spec.Init)
        {
            case Init.Ones:
                values.fill_(1);
                break;
            case Init.Normal:
                values.normal_(0, spec.Std, _generator);
                break;
            case Init.KaimingUniform:
                var bound = 1 / Math.Sqrt(fanIn);
                values.uniform_(-bound, bound, _generator);
                break;
            case Init.XavierNormal:
                values.normal_(0, Math.Sqrt(2.0 / (fanIn + spec.Shape[^2])), _generator);
                break;
        }
    }
}

/// <summary>A specification asks for far more parameters than the adapter's file holds.</summary>
/// <param name="most">The most elements that were expected.</param>
public sealed class AdapterSizeException(long most) : Exception(
    string.Create(System.Globalization.CultureInfo.InvariantCulture, $"asks for more than {most:N0} elements"));
