using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>
/// AdamW (Loshchilov and Hutter 2019, algorithm 2) with the same results as <c>torch.optim.AdamW</c>, in one pass over all parameters.
/// Parameters without a gradient are not updated.
/// </summary>
/// <remarks>
/// The means are in flat buffers. Values and gradients stay in the tensors of modules and autograd: autograd then stores the first gradient
/// of a step without a copy, whereas a flat gradient buffer would have to be zeroed and added to.
/// </remarks>
internal sealed class FlatAdamW : IDisposable
{
    private readonly AdamWSettings _settings;
    private readonly FlatMoments[] _groups;

    public FlatAdamW(IEnumerable<(string Name, Parameter Parameter, bool Decays)> parameters, AdamWSettings settings)
    {
        _settings = settings;
        _groups = [.. parameters.GroupBy(of => (of.Parameter.dtype, of.Parameter.device_type, of.Parameter.device_index))
            .Select(group => new FlatMoments([.. group]))];
    }

    /// <summary>The means and step counts of all parameters, not copies.</summary>
    public IEnumerable<AdamWState> States => _groups.SelectMany(group => group.States);

    /// <summary>Computes the norm of all gradients together.</summary>
    public double GradientNorm()
    {
        using var scope = NewDisposeScope();
        var gradients = States.Select(state => state.Parameter.grad).OfType<Tensor>().ToLookup(IsWalkable);
        return Math.Sqrt(VectorAdamW.SumOfSquares([.. gradients[true]]) + OperatorAdamW.SumOfSquares(gradients[false]));
    }

    /// <summary>Updates all parameters once.</summary>
    /// <param name="rate">The learning rate.</param>
    /// <param name="scale">The factor that gradients are multiplied by.</param>
    public void Step(double rate, double scale)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        AdamWNumbers Numbers(AdamWState state) => _settings.Numbers(state, rate * state.RateFactor, scale);
        foreach (var group in _groups)
        {
            var walked = new List<(AdamWState State, Tensor Gradient)>();
            var others = new Tensor?[group.States.Count];
            for (var number = 0; number < others.Length; number++)
            {
                var state = group.States[number];
                if (state.Parameter.grad is not { } gradient)
                    continue;
                state.Steps++;
                if (IsWalkable(gradient) && gradient.dtype == state.Parameter.dtype && state.Parameter.is_contiguous())
                    walked.Add((state, gradient));
                else
                    others[number] = gradient;
            }

            VectorAdamW.Step(walked, Numbers);
            OperatorAdamW.Step(group, others, Numbers);
        }
    }

    public void Dispose()
    {
        foreach (var group in _groups)
            group.Dispose();
    }

    /// <summary>Whether the elements are contiguous in CPU memory and so accessible from C#.</summary>
    private static bool IsWalkable(Tensor gradient) =>
        gradient.device_type == DeviceType.CPU && gradient.dtype is ScalarType.Float32 or ScalarType.Float64 && !gradient.is_sparse
            && gradient.is_contiguous();
}
