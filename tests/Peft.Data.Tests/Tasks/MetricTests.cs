namespace Peft.Data.Tests;

public sealed class MetricTests
{
    private const double Exact = 1e-15;

    [Fact]
    public void Accuracy_is_the_share_of_right_ones() => Assert.Equal(0.75, ClassificationMetrics.Accuracy([1, 0, 2, 2], [1, 0, 2, 1]));

    /// <summary>TP 2, FP 1, FN 2: precision 2/3, recall 1/2, F1 = 2 * (1/3) / (7/6) = 4/7.</summary>
    [Fact]
    public void F1_is_of_class_one() => Assert.Equal(4.0 / 7, ClassificationMetrics.F1([1, 1, 1, 0, 0, 0], [1, 1, 0, 1, 1, 0]), Exact);

    [Fact]
    public void F1_without_class_one_is_zero()
    {
        Assert.Equal(0, ClassificationMetrics.F1([0, 0], [0, 0]));
        Assert.Equal(0, ClassificationMetrics.F1([0, 0], [1, 1]));
    }

    /// <summary>
    /// TP 2, TN 1, FP 1, FN 2: (2*1 - 1*2) / sqrt(...) = 0; and TP 3, TN 2, FP 1, FN 0: (6 - 0) / sqrt(4*3*3*2) = 6 / sqrt 72 = 1 / sqrt
    /// 2.
    /// </summary>
    [Fact]
    public void Matthews_of_two_classes_is_the_usual_coefficient()
    {
        Assert.Equal(0, ClassificationMetrics.Matthews([1, 1, 1, 0, 0, 0], [1, 1, 0, 1, 1, 0]));
        Assert.Equal(1 / Math.Sqrt(2), ClassificationMetrics.Matthews([1, 1, 1, 1, 0, 0], [1, 1, 1, 0, 0, 0]), Exact);
        Assert.Equal(-1, ClassificationMetrics.Matthews([0, 1], [1, 0]), Exact);
    }

    /// <summary>
    /// s = 5, c = 4; predictions 0:2 1:2 2:1, labels 0:2 1:1 2:2. c s - sum p t = 20 - (4 + 2 + 2) = 12;
    /// s^2 - sum p^2 = 25 - 9 = 16, s^2 - sum t^2 = 16: 12 / 16.
    /// </summary>
    [Fact]
    public void Matthews_of_three_classes_is_the_generalised_one() =>
        Assert.Equal(0.75, ClassificationMetrics.Matthews([0, 0, 1, 1, 2], [0, 0, 1, 2, 2]), Exact);

    [Theory]
    [InlineData(new[] { 1, 1, 1 }, new[] { 0, 1, 1 })]
    [InlineData(new[] { 0, 1, 1 }, new[] { 1, 1, 1 })]
    [InlineData(new[] { 1, 1 }, new[] { 1, 1 })]
    public void Matthews_of_one_class_is_zero(int[] predictions, int[] labels) =>
        Assert.Equal(0, ClassificationMetrics.Matthews(predictions, labels));

    /// <summary>x = 1 2 3, y = 1 3 2: covariance sum (-1)(-1) + 0*1 + 1*0 = 1, squares 2 and 2: 1/2.</summary>
    [Fact]
    public void Pearson_is_the_correlation_of_values()
    {
        Assert.Equal(0.5, CorrelationMetrics.Pearson([1, 2, 3], [1, 3, 2]), Exact);
        Assert.Equal(-1, CorrelationMetrics.Pearson([1, 2, 3], [30, 20, 10]), Exact);
        Assert.Equal(1, CorrelationMetrics.Pearson([1e300, 2e300, -1e300], [1e-300, 2e-300, -1e-300]), 1e-12);
    }

    /// <summary>
    /// Ranks of 10 20 20 30 are 0, 1.5, 1.5, 3; of 1 2 3 4: 0 1 2 3. Centred (mean 1.5): products 2.25 + 0 + 0 + 2.25 = 4.5;
    /// squares 4.5 and 5: 4.5 / sqrt 22.5.
    /// </summary>
    [Fact]
    public void Spearman_gives_equal_values_their_average_rank()
    {
        Assert.Equal(4.5 / Math.Sqrt(22.5), CorrelationMetrics.Spearman([10, 20, 20, 30], [1, 2, 3, 4]), Exact);
        Assert.Equal(1, CorrelationMetrics.Spearman([1, 10, 100], [2, 3, 4]), Exact);
    }

    [Theory]
    [InlineData(new[] { 0.1, 0.1, 0.1 }, new[] { 1.0, 2.0, 3.0 })]
    [InlineData(new[] { 1.0, 2.0, 3.0 }, new[] { 5.0, 5.0, 5.0 })]
    [InlineData(new[] { 1.0 }, new[] { 1.0 })]
    [InlineData(new[] { double.NaN, 2.0 }, new[] { 1.0, 2.0 })]
    [InlineData(new[] { double.PositiveInfinity, 2.0 }, new[] { 1.0, 2.0 })]
    public void Undefined_correlations_are_zero(double[] predictions, double[] labels)
    {
        Assert.Equal(0, CorrelationMetrics.Pearson(predictions, labels));
        Assert.Equal(0, CorrelationMetrics.Spearman(predictions, labels));
    }

    [Fact]
    public void Nothing_to_judge_and_different_lengths_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ClassificationMetrics.Accuracy([], []));
        Assert.Throws<ArgumentException>(() => ClassificationMetrics.Matthews([1], [1, 0]));
        Assert.Throws<ArgumentException>(() => CorrelationMetrics.Pearson([1], []));
    }

    [Fact]
    public void A_score_takes_the_largest_output_and_never_NaN()
    {
        var score = TaskScore.Compute(GlueTasks.Mrpc, [0.1f, 0.9f, float.NaN, -5, 2, 2, 3, 1], [1, 1, 0, 0]);

        Assert.Equal(1, score.Primary);
        Assert.Equal(1, score.Values[MetricKind.F1]);
        Assert.Equal(0, TaskScore.Compute(GlueTasks.Stsb, [float.NaN, 1, 2], [0, 1, 2]).Primary);
        Assert.Equal(1, TaskScore.Compute(GlueTasks.Stsb, [-1, 0, 1], [0, 2, 4]).Values[MetricKind.Spearman], Exact);
        Assert.Throws<ArgumentException>(() => TaskScore.Compute(GlueTasks.Mnli, [1, 2], [0]));
    }
}
