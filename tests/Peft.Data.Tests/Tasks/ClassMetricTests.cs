namespace Peft.Data.Tests;

/// <summary>Metrics beside values of scikit-learn 1.2.1, and of small cases worked by hand.</summary>
public sealed class ClassMetricTests
{
    private const double Exact = 1e-12;
    private static readonly int[] s_labels = [0, 0, 1, 1, 2, 2, 2, 3, 0, 1], s_predictions = [0, 1, 1, 1, 2, 0, 2, 2, 0, 4];
    private static readonly IReadOnlyList<int>[] s_actual = [[0, 2], [1], [0, 1], [], [2]], s_sets = [[0], [1], [0], [1], [0, 2]];

    [Fact]
    public void Classes_are_scored_as_scikit_learn_does()
    {
        var scores = ClassScores.Count(s_predictions, s_labels, 5);
        foreach (var (index, expected) in new[] { 2 / 3.0, 2 / 3.0, 2 / 3.0, 0, 0 }.Index())
        {
            Assert.Equal(expected, scores.Precision(index), Exact);
            Assert.Equal(expected, scores.Recall(index), Exact);
            Assert.Equal(expected, scores.F1(index), Exact);
        }

        Assert.Equal([3L, 3, 3, 1, 0], Enumerable.Range(0, 5).Select(scores.Rows));
        Assert.Equal(0.4, scores.MacroF1, Exact);
        Assert.Equal(0.4583333333333333, ClassificationMetrics.Matthews(s_predictions, s_labels), Exact);
    }

    [Fact]
    public void A_class_that_neither_occurs_nor_is_predicted_is_not_in_the_mean() =>
        Assert.Equal(1, ClassScores.Count([0, 1], [0, 1], 7).MacroF1);

    [Fact]
    public void Sets_are_scored_as_scikit_learn_does()
    {
        var scores = ClassScores.Count(s_sets, s_actual, 3);
        Assert.Equal(0.6666666666666666, scores.MicroF1, Exact);
        Assert.Equal(0.6555555555555556, scores.MacroF1, Exact);
        Assert.Equal(0.2, MultiLabelMetrics.SubsetAccuracy(s_sets, s_actual), Exact);
    }

    [Fact]
    public void The_root_of_the_mean_squared_difference_is_scikit_learns()
    {
        Assert.Equal(0.6123724356957945, CorrelationMetrics.Rmse([2.5, 0, 2, 8], [3, -0.5, 2, 7]), Exact);
        Assert.Equal(double.MaxValue, CorrelationMetrics.Rmse([double.NaN], [1]));
    }

    [Fact]
    public void The_report_counts_confusions_and_names_the_worst()
    {
        var report = ClassReport.Create(["a", "b", "c", "d", "e"], s_predictions, s_labels);
        Assert.Equal([[2, 1, 0, 0, 0], [0, 2, 0, 0, 1], [1, 0, 2, 0, 0], [0, 0, 1, 0, 0], [0, 0, 0, 0, 0]], report.Confusion!);
        Assert.Equal(
            [new("a", "b", 1), new("b", "e", 1), new("c", "a", 1), new ClassConfusion("d", "c", 1)], report.Confusions);
        Assert.Equal(new ClassScore("d", 0, 0, 0, 1), report.Classes[3]);
    }

    [Fact]
    public void Many_classes_have_no_matrix_but_confusions()
    {
        string[] labels = [.. Enumerable.Range(0, 101).Select(label => $"{label}")];
        var report = ClassReport.Create(labels, [1, 1, 1], [1, 100, 100]);
        Assert.Null(report.Confusion);
        Assert.Equal([new ClassConfusion("100", "1", 2)], report.Confusions);
    }

    /// <summary>Class 0: probabilities 0.9 0.6 0.4 0.2, of which the first three are right: the threshold is between 0.4 and 0.2.</summary>
    [Fact]
    public void Thresholds_have_the_highest_F1()
    {
        float[] outputs = [Logit(0.9), -9, Logit(0.6), -9, Logit(0.4), -9, Logit(0.2), -9];
        IReadOnlyList<int>[] labels = [[0], [0], [0], []];
        var thresholds = MultiLabelMetrics.Tune(outputs, labels, 2);
        Assert.Equal(0.3, thresholds[0], 1e-6);
        Assert.Equal(0.5, thresholds[1]); // it does not occur
        Assert.Equal(1, ClassScores.Count(MultiLabelMetrics.Decide(outputs, 2, thresholds), labels, 2).MicroF1);
        Assert.Equal(0.5, MultiLabelMetrics.Tune([Logit(0.7), Logit(0.1)], [[0], []], 1)[0]); // of equally good ones the nearest to a half
    }

    [Fact]
    public void An_error_ranks_the_other_way_round()
    {
        var task = new TaskDefinition("r", "r", [], false, MetricKind.Rmse, [MetricKind.Rmse]);
        Assert.True(TaskScore.Compute(task, [1, 2], [1, 2]).Primary > TaskScore.Compute(task, [1, 3], [1, 2]).Primary);
        Assert.Equal("subset-accuracy", MetricNames.NameOf(MetricKind.SubsetAccuracy));
    }

    private static float Logit(double probability) => (float)Math.Log(probability / (1 - probability));
}
