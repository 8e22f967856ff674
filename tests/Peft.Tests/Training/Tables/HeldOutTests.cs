using Peft.Training;

namespace Peft.Tests.Training.Tables;

public sealed class HeldOutTests
{
    [Fact]
    public void Each_label_is_held_out_alike_and_whatever_the_runs_seed()
    {
        var examples = Examples([.. Enumerable.Range(0, 1000).Select(row => (row % 10 == 0 ? "rare" : "usual", (string?)null))]);
        var (train, dev) = Split(examples, TableKind.Classification, new TrainingOptions());
        Assert.Equal((10, 90), (dev.Count(row => row.Labels[0] == "rare"), dev.Count(row => row.Labels[0] == "usual")));
        Assert.Equal(1000, train.Concat(dev).Distinct().Count());
        var (_, again) = Split(examples, TableKind.Classification, new TrainingOptions { Seed = 7 });
        Assert.Equal(dev, again);
        Assert.NotEqual(Enumerable.Range(0, 100), dev.Select(row => (int)row.Number));
    }

    [Fact]
    public void Files_that_are_both_training_and_development_files_are_read_once()
    {
        var reads = 0;
        var parts = OwnParts<int>.Read(new OwnPaths(["-"], ["-"], null), new TrainingOptions(), "row", _ =>
        {
            reads++;
            return ([1, 2], ["noted"]);
        });
        Assert.Equal((1, 2, 2), (reads, parts.Train.Count, parts.Dev.Count));
        Assert.Single(parts.Notices);
    }

    [Fact]
    public void Folds_hold_out_each_row_once_and_each_label_alike()
    {
        var examples = Examples([.. Enumerable.Range(0, 100).Select(row => ($"{row % 4}", (string?)null))]);
        var folds = Enumerable.Range(1, 5).Select(fold => Split(
            examples, TableKind.Classification, new TrainingOptions { Folds = 5, Fold = fold }).Dev).ToList();
        Assert.All(folds, dev => Assert.All(dev.CountBy(row => row.Labels[0]), pair => Assert.Equal(5, pair.Value)));
        Assert.Equal(100, folds.SelectMany(dev => dev).Distinct().Count());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Equal_groups_stay_on_one_side(int folds)
    {
        var examples = Examples([.. Enumerable.Range(0, 300).Select(row => ($"{row % 3}", (string?)$"customer {row / 7}"))]);
        var options = new TrainingOptions { Folds = folds, Fold = folds > 0 ? 2 : 0, DevFraction = 0.2 };
        var (train, dev) = Split(examples, TableKind.Classification, options);
        Assert.Empty(train.Select(row => row.Group).Intersect(dev.Select(row => row.Group)));
        Assert.InRange(dev.Count, folds > 0 ? 80 : 45, folds > 0 ? 120 : 75);
    }

    [Fact]
    public void A_label_of_two_rows_keeps_one_to_train_on_and_one_of_a_single_row_is_trained_on()
    {
        var labels = Enumerable.Range(0, 40).SelectMany(label => label == 0 ? ["single"] : (string[])[$"{label}", $"{label}"]);
        var examples = Examples([.. labels.Select(label => (label, (string?)null))]);
        for (var fold = 1; fold <= 3; fold++)
        {
            var (train, dev) = Split(examples, TableKind.Classification, new TrainingOptions { Folds = 3, Fold = fold });
            Assert.Equal(40, train.Select(row => row.Labels[0]).Distinct().Count());
            Assert.NotEmpty(dev);
        }
    }

    [Fact]
    public void Few_rows_leave_one_to_evaluate_on()
    {
        var examples = Examples([("a", null), ("a", null), ("a", null), ("b", null), ("b", null), ("b", null)]);
        Assert.NotEmpty(Split(examples, TableKind.Classification, new TrainingOptions()).Dev);
        var singles = Examples([("a", null), ("b", null), ("c", null)]);
        Assert.Contains("none of the 3 rows can be held out", Assert.Throws<TooFewExamplesException>(
            () => Split(singles, TableKind.Classification, new TrainingOptions())).Message);
    }

    [Theory]
    [InlineData(3, 0, "--fold: 0 is not a number from 1 to 3")]
    [InlineData(3, 4, "--fold: 4 is not a number from 1 to 3")]
    public void A_fold_that_does_not_exist_is_refused(int folds, int fold, string expected) => Assert.Contains(
        expected, Assert.Throws<TrainingOptionsException>(() => Split(
            Examples([("a", null), ("b", null)]), TableKind.Classification, new TrainingOptions { Folds = folds, Fold = fold })).Message);

    [Fact]
    public void Targets_are_held_out_from_low_to_high()
    {
        var rows = Enumerable.Range(0, 200).Select(row => new TableExample("a", null, [], row, null, row)).ToList();
        var (_, dev) = Split(
            new TableExamples("a.csv", "line", new TableColumns("t", null, "l", null), rows, null), TableKind.Regression, new());
        Assert.Equal(20, dev.Count);
        Assert.All(dev.CountBy(row => (int)row.Target / 20), pair => Assert.Equal(2, pair.Value));
    }

    private static (IReadOnlyList<TableExample> Train, IReadOnlyList<TableExample> Dev) Split(
        TableExamples examples, TableKind kind, TrainingOptions options)
    {
        var isHeld = HeldOut.Choose(examples.File, "row", TableStrata.Describe(examples.Rows, kind), options);
        return ([.. examples.Rows.Where((_, row) => !isHeld[row])], [.. examples.Rows.Where((_, row) => isHeld[row])]);
    }

    private static TableExamples Examples((string Label, string? Group)[] rows) => new(
        "a.csv", "line", new TableColumns("text", null, "label", null),
        [.. rows.Select((row, index) => new TableExample($"text {index}", null, [row.Label], 0, row.Group, index))], null);
}
