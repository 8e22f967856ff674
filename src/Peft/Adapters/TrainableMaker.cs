using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft;

/// <summary>
/// Creates parameters with initial values sampled from one seeded generator, on the CPU, so that they are the same for every device. Blank
/// parameters are not initialised, because their values are loaded later.
/// </summary>
internal sealed class TrainableMaker(ulong seed, Device device, ScalarType dtype, TrainableLimit limit, bool blank = false) : IDisposable
{
    private readonly Generator _generator = new(seed);

    public Parameter Make(TrainableSpec spec)
    {
        limit.Add(spec.Shape);
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
