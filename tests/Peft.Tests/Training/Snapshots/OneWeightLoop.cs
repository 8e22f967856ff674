using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using TorchSharp.Modules;
using Peft.Training;
using static TorchSharp.torch;

namespace Peft.Tests.Training;

/// <summary>The training loop over one matrix of a linear map, with losses that are made to measure.</summary>
internal static class OneWeightLoop
{
    /// <summary>
    /// Runs it; <paramref name="loss"/> is of the weight and an example's number, <paramref name="metric"/> of an epoch's.
    /// </summary>
    public static (TrainingOutcome Outcome, float[] Weights) Run(
        TrainingOptions options, Noting observer, int examples, Func<Tensor, int, Tensor> loss, Func<int, double> metric)
    {
        using var scope = NewDisposeScope();
        using var host = Watching.Host();
        manual_seed(1);
        using var model = new PeftModel(nn.Linear(4, 1), "weight");
        var weight = ((Linear)model.Backbone).weight!;
        weight.requires_grad = true;
        var loop = new TrainingLoop(model, options, observer, host.Services.GetRequiredService<TrainingMeters>());
        var outcome = loop.Run(new Session(weight, examples, loss, metric), observer.Cancellation);
        return (outcome, weight.data<float>().ToArray());
    }

    /// <summary>A task of examples that are numbers.</summary>
    private sealed class Session(Tensor weight, int examples, Func<Tensor, int, Tensor> loss, Func<int, double> metric) : ITaskSession
    {
        public IReadOnlyList<int> TrainLengths { get; } = [.. Enumerable.Repeat(3, examples)];

        public int DevCount => 0;

        public string PrimaryMetric => "metric";

        public (Tensor Loss, long Tokens) Loss(int[] rows, long itemsOfStep) => (loss(weight, rows[0]) / itemsOfStep, 3);

        public EpochResult Evaluate(int epoch, double trainLoss) => new(epoch, trainLoss, new Dictionary<string, double>(), metric(epoch));

        public void AppendTrain(IncrementalHash hash)
        {
        }

        public void AppendDev(IncrementalHash hash)
        {
        }
    }
}
