using Peft.Data;
using Peft.Training;

namespace Peft.Tests.Training.Tables;

/// <summary>Lists of wrong predictions.</summary>
public sealed class WrongPredictionTests
{
    [Fact]
    public void Classes_are_ordered_by_the_probability_of_the_wrong_one()
    {
        Example[] rows = [new("a", null, 0), new("b", null, 0), new("c", "pair", 1), new("d", null, 1)];
        float[] outputs = [3, 0, 0, 1, 2, 0, 0, 9];
        var found = new WrongPredictionFinder(Definition(["x", "y"]), rows, null).Find(outputs, 9);
        Assert.Equal([3, 2], found.Select(one => one.Row));
        Assert.Equal(("c", "pair", "y", "x"), (found[0].Text, found[0].Pair, found[0].Actual, found[0].Predicted));
        Assert.Equal(1 / (1 + Math.Exp(-2)), found[0].Probability!.Value, 1e-9);
        Assert.Null(found[0].Difference);
        Assert.Equal(3, Assert.Single(new WrongPredictionFinder(Definition(["x", "y"]), rows, null).Find(outputs, 1)).Row);
    }

    [Fact]
    public void Sets_are_ordered_by_the_most_confident_wrong_decision()
    {
        Example[] rows = [new("a", null, 0) { Classes = [0] }, new("b", null, 0) { Classes = [] }, new("c", null, 0) { Classes = [1] }];
        float[] outputs = [1, -1, 2, -3, -4, 3];
        var found = new WrongPredictionFinder(Definition(["x", "y"]) with { IsMultiLabel = true }, rows, null).Find(outputs, 9);
        Assert.Equal(("", "x"), (Assert.Single(found).Actual, found[0].Predicted));
        Assert.Equal(1 / (1 + Math.Exp(-2)), found[0].Probability!.Value, 1e-9);
    }

    [Fact]
    public void Numbers_are_ordered_by_their_difference()
    {
        Example[] rows = [new("a", null, 1), new("b", null, 5), new("c", null, 2)];
        var found = new WrongPredictionFinder(Definition([]), rows, null).Find([1.5f, 1, 2], 9);
        Assert.Equal([-4, 0.5], found.Select(one => one.Difference!.Value));
        Assert.Equal(("5", "1"), (found[0].Actual, found[0].Predicted));
    }

    private static TaskDefinition Definition(IReadOnlyList<string> labels) =>
        new("test", "test", labels, false, MetricKind.Accuracy, [MetricKind.Accuracy]);
}
