namespace Peft.Tests.Training;

/// <summary>The loss of an epoch is the mean over its items, whatever the batches (reported as transformers#41898).</summary>
public sealed class EpochLossTests
{
    [Theory]
    [InlineData(16, 1)]
    [InlineData(30, 1)]
    [InlineData(7, 2)]
    public void It_does_not_depend_on_the_batch_size(int batch, int accumulation)
    {
        // Too small a rate to move any weight, and no dropout: the loss of every example is the same in both runs.
        var options = Watching.Short with
        {
            Backbone = "builtin-gpt2", BackboneDropout = 0, LearningRate = 1e-12, TrainLimit = 50, Epochs = 1,
        };
        var expected = new Watching();
        Watching.Run(options with { BatchSize = 50 }, expected);
        var found = new Watching();
        Watching.Run(options with { BatchSize = batch, GradientAccumulation = accumulation }, found);
        Assert.Equal(Assert.Single(expected.Epochs).TrainLoss, Assert.Single(found.Epochs).TrainLoss, 1e-5);
    }

    /// <summary>Reported as transformers#39241: a development loss that depends on the batch size.</summary>
    [Fact]
    public void The_development_loss_of_texts_does_not_either()
    {
        var options = Watching.Short with
        {
            Task = "venues", Backbone = "builtin-gpt2", BackboneDropout = 0, LearningRate = 1e-12, TrainLimit = 8, DevLimit = 8, Epochs = 1,
            MaxLength = 96,
        };
        var losses = ((int[])[8, 3, 1]).Select(batch => Watching.Run(options with { BatchSize = batch }).Metrics["loss"]).ToList();
        Assert.Equal(losses[0], losses[1], 1e-5);
        Assert.Equal(losses[0], losses[2], 1e-5);
    }
}
