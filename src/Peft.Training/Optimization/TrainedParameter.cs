using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>A kind of parameter. Weight decay depends on it.</summary>
public enum ParameterKind
{
    /// <summary>A parameter of two or more dimensions, such as a weight matrix.</summary>
    Matrix,

    /// <summary>A parameter of an embedding.</summary>
    Embedding,

    /// <summary>A gain or bias of a normalisation.</summary>
    Norm,

    /// <summary>Another parameter of at most one dimension: a bias, a scale or a magnitude.</summary>
    Vector,
}

/// <summary>A parameter that training updates.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Parameter">The parameter.</param>
/// <param name="Kind">Its kind, found from the module that owns it and from its shape, never from its name.</param>
internal sealed record TrainedParameter(string Name, Parameter Parameter, ParameterKind Kind)
{
    /// <summary>Lists what training updates in a model.</summary>
    /// <param name="model">The model with its active adapters.</param>
    public static IReadOnlyList<TrainedParameter> List(PeftModel model)
    {
        var owners = model.Backbone.named_modules().DistinctBy(pair => pair.name).ToDictionary(pair => pair.name, pair => pair.module);
        owners[""] = model.Backbone;
        var ofBackbone = model.Backbone.named_parameters().Select(pair => pair.name).ToHashSet();
        return [.. model.TrainableParameters.Select(pair => new TrainedParameter(
            pair.Name, pair.Parameter, KindOf(pair.Parameter, ofBackbone.Contains(pair.Name) ? owners[ModuleOf(pair.Name)] : null)))];
    }

    /// <summary>Whether weight decay applies.</summary>
    /// <param name="options">The run's settings.</param>
    public bool Decays(TrainingOptions options) => options.DecayAll || Kind switch
    {
        ParameterKind.Matrix => true,
        ParameterKind.Embedding => !options.NoEmbeddingDecay,
        _ => false,
    };

    private static ParameterKind KindOf(Parameter parameter, nn.Module? owner) => owner switch
    {
        _ when IsNorm(owner) => ParameterKind.Norm,
        Embedding or EmbeddingBag => ParameterKind.Embedding,
        _ => parameter.dim() <= 1 ? ParameterKind.Vector : ParameterKind.Matrix,
    };

    /// <summary>Whether a module is one of TorchSharp's norms, or its class's name ends with Norm, such as a backbone's RmsNorm.</summary>
    private static bool IsNorm(nn.Module? module) =>
        module is LayerNorm or GroupNorm or NormBase || module?.GetType().Name.EndsWith("Norm", StringComparison.OrdinalIgnoreCase) == true;

    private static string ModuleOf(string parameter) => parameter[..Math.Max(0, parameter.LastIndexOf('.'))];
}
