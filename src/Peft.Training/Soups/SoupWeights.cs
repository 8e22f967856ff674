using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>The trained weights of a model, which are read from runs and set to averages.</summary>
/// <param name="model">The model, with the first run's adapter attached.</param>
internal sealed class SoupWeights(PeftModel model)
{
    private readonly List<string> _shapes = [.. Named(model)];

    /// <summary>The live parameters: the adapter's, the head's and those of the backbone that are trained.</summary>
    public IReadOnlyList<Parameter> Live => [.. model.TrainableParameters.Select(pair => pair.Parameter)];

    /// <summary>Makes the weights of a run live.</summary>
    /// <exception cref="RunSoupException">A tensor's name or shape differs from the first run's.</exception>
    /// <exception cref="AdapterFolderException">The adapter does not fit the backbone.</exception>
    public void Load(string folder, MethodRegistry registry)
    {
        model.Detach();
        AdapterFolder.Load(model, Path.Combine(folder, "adapter"), registry);
        model.Backbone.eval();
        var own = Named(model).ToList();
        if (own.Except(_shapes).Concat(_shapes.Except(own)).FirstOrDefault() is { } other)
            throw new RunSoupException(folder, $"differs from the first run in {other}; runs of an average need the same tensors.");
    }

    /// <summary>A copy of the live weights, in float64.</summary>
    public IReadOnlyList<Tensor> Copy()
    {
        using var frozen = no_grad();
        return [.. Live.Select(parameter => parameter.detach().to_type(ScalarType.Float64, copy: true))];
    }

    /// <summary>Makes weights live.</summary>
    public void Set(IReadOnlyList<Tensor> values)
    {
        using var frozen = no_grad();
        foreach (var (parameter, value) in Live.Zip(values))
            parameter.copy_(value);
    }

    /// <summary>Each tensor's mean over runs.</summary>
    public static IReadOnlyList<Tensor> Mean(IReadOnlyList<IReadOnlyList<Tensor>> runs) =>
        [.. runs[0].Select((_, index) => stack(runs.Select(run => run[index])).mean([0]))];

    /// <summary>sum of F_i theta_i / sum of F_i; the mean where no run has information.</summary>
    /// <param name="runs">theta_i, each run's tensors.</param>
    /// <param name="information">F_i, the diagonals of the runs' Fisher information.</param>
    public static IReadOnlyList<Tensor> Weighted(
        IReadOnlyList<IReadOnlyList<Tensor>> runs, IReadOnlyList<IReadOnlyList<Tensor>> information)
    {
        const double Nothing = 1e-300;
        return
        [
            .. runs[0].Select((_, index) =>
            {
                var weights = stack(information.Select(one => one[index])) + Nothing; // [runs, ...]
                return (weights / weights.sum(0, keepdim: true) * stack(runs.Select(run => run[index]))).sum([0]);
            }),
        ];
    }

    private static IEnumerable<string> Named(PeftModel model) =>
        model.TrainableParameters.Select(pair => $"{pair.Name} [{string.Join(", ", pair.Parameter.shape)}]");
}
