using Peft.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Training;

/// <summary>Which epoch's weights are kept (NaN as the best metric is reported as pytorch-lightning#2636).</summary>
public sealed class BestEpochTests
{
    [Theory]
    [InlineData(2, 0.4, 0.9, double.NaN)]
    [InlineData(2, double.NaN, 0.9, 0.4)]
    [InlineData(4, double.NaN, double.NegativeInfinity, double.NaN, 0.1)]
    [InlineData(1, double.NaN, double.NaN)]
    [InlineData(1, 0.5, 0.5)]
    public void Nan_is_lower_than_every_number(int expected, params double[] metrics)
    {
        using var subject = new Conformance.Subject("lora", Peft.Models.EncoderFamily.Bert, mixed: false);
        using var best = new BestWeights(subject.Model);
        var weight = subject.Model.TrainableParameters.First();
        for (var epoch = 1; epoch <= metrics.Length; epoch++)
        {
            using (no_grad())
                weight.Parameter.fill_(epoch);
            best.Offer(epoch, metrics[epoch - 1]);
        }

        best.Restore();
        Assert.Equal(expected, best.Epoch);
        Assert.Equal(expected, weight.Parameter.mean().ToDouble());
    }
}
