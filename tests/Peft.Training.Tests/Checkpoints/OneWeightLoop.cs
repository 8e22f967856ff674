using Microsoft.Extensions.DependencyInjection;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft.Training.Tests;

/// <summary>The training loop over one matrix of a linear map, with losses that are made to measure.</summary>
internal static class OneWeightLoop
{
    /// <summary>Runs it; <paramref name="loss"/> is of the weight and an example's number, <paramref name="metric"/> of an epoch's.</summary>
    public static (TrainingOutcome Outcome, float[] Weights) Run(TrainingOptions options, Noting observer, int examples, Func<Tensor, int, Tensor> loss, Func<int, double> metric)
    {
        using var scope = NewDisposeScope();
        using var host = Watching.Host();
        manual_seed(1);
        using var model = new PeftModel(nn.Linear(4, 1), "weight");
        var weight = ((Linear)model.Backbone).weight!;
        weight.requires_grad = true;
        var outcome = new TrainingLoop(model, options, observer, host.Services.GetRequiredService<TrainingMeters>()).Run(
            [.. Enumerable.Repeat(3, examples)], new RunExamples(_ => { }, _ => { }), rows => (loss(weight, rows[0]), 3),
            (epoch, mean) => new EpochResult(epoch, mean, new Dictionary<string, double>(), metric(epoch)), observer.Cancellation);
        return (outcome, weight.data<float>().ToArray());
    }
}
