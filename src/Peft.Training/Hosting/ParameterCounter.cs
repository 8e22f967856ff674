namespace Peft.Training;

/// <summary>
/// Counts parameters as the papers do: without the head, a mixture as merged, and a reparametrised prefix without its training network.
/// </summary>
public static class ParameterCounter
{
    /// <summary>Counts the parameters of a model.</summary>
    /// <param name="model">The model, with its adapter attached.</param>
    /// <returns>The counts, in elements.</returns>
    public static ParameterCounts Count(PeftModel model)
    {
        var head = model.HeadParameters.Sum(pair => pair.Parameter.numel());
        var backbone = model.Backbone.parameters().Sum(parameter => parameter.numel()) - head;
        var unfrozen = model.Backbone.parameters().Where(parameter => parameter.requires_grad).Sum(parameter => parameter.numel()) - head;
        return new ParameterCounts(
            unfrozen + model.InferenceCount, unfrozen + (model.Adapter?.TrainedCount ?? 0), head, backbone);
    }
}
