using Peft.Experiments;

namespace Peft.Tests.Experiments;

public sealed class PairedBootstrapTests
{
    private const int Many = 20_000;

    /// <summary>
    /// Two rows; the first method is right on both, the second on the first row alone. A resample draws two of the two rows: the difference
    /// of accuracies is 0 with probability 1/4, 1/2 with 1/2 and 1 with 1/4. Twice the smaller tail is 2 x 1/4.
    /// </summary>
    [Fact]
    public void Two_rows_have_the_p_value_of_the_four_resamples()
    {
        var found = PairedBootstrap.Compare("accuracy", [1, 0], [[1, 0]], [[1, 1]], Many)!;
        Assert.Equal(0.5, found.Difference, 12);
        Assert.Equal(0.5, found.PValue, 0.02);
        Assert.Equal((0, 1), (found.Low, found.High));
        Assert.Equal(1, found.Seeds);
    }

    [Fact]
    public void Equal_predictions_have_no_difference_and_p_1()
    {
        var found = PairedBootstrap.Compare("matthews", [1, 0, 1, 0], [[1, 0, 0, 0]], [[1, 0, 0, 0]])!;
        Assert.Equal((0, 0, 0, 1), (found.Difference, found.Low, found.High, found.PValue));
    }

    [Fact]
    public void A_difference_on_every_row_has_the_smallest_p_that_the_resamples_allow()
    {
        var found = PairedBootstrap.Compare("accuracy", [1, 1, 1], [[1, 1, 1]], [[0, 0, 0]], 999)!;
        Assert.Equal(1, found.Difference);
        Assert.Equal(2.0 / 1000, found.PValue, 12);
    }

    /// <summary>
    /// The methods differ by +1 with one seed and by -1 with the other, on every row. A resample draws two of the two seeds: the mean is
    /// 1 or -1 with probability 1/4 each and 0 with 1/2, so that twice the smaller tail exceeds 1.
    /// </summary>
    [Fact]
    public void Seeds_are_resampled_too()
    {
        var found = PairedBootstrap.Compare("accuracy", [1, 1], [[1, 1], [0, 0]], [[0, 0], [1, 1]], Many)!;
        Assert.Equal((0, -1, 1, 1), (found.Difference, found.Low, found.High, found.PValue));
        Assert.Equal(2, found.Seeds);
    }

    [Fact]
    public void Numbers_are_compared_by_their_correlation_and_scores_of_texts_not_at_all()
    {
        var found = PairedBootstrap.Compare("pearson", [1, 2, 3, 4], [[1, 2, 3, 4]], [[4, 3, 2, 1]])!;
        Assert.Equal(2, found.Difference, 6);
        Assert.Null(PairedBootstrap.Compare("bleu", [1], [[1]], [[1]]));
    }
}
