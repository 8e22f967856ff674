using System.Text.Json;

namespace Peft.Cli.Tests;

/// <summary>Evaluation on a file, with its wrong predictions.</summary>
/// <param name="run">The runs.</param>
public sealed class EvalErrorsTests(TicketRun run) : IClassFixture<TicketRun>
{
    [Fact]
    public void Wrong_predictions_are_listed_the_most_confident_first()
    {
        var data = run.Write("test.csv", ["category,id,body", .. Enumerable.Range(0, 8).Select(row =>
            $"{(row < 6 ? "post" : "money")},{row},\"the bill\nnumber {row}\"")]);
        var found = Cli.Run("eval", run.Run, "--data", data, "--errors", "3");
        Assert.True(found.ExitCode == 0, found.Error);
        Assert.Contains("| class | precision |", found.Output);
        Assert.Contains("rows of each class by the class that was predicted:", found.Output);
        Assert.Contains("most confident wrong predictions:", found.Output);
        Assert.Equal(3, found.Output.Split("the bill number").Length - 1);

        using var json = JsonDocument.Parse(Cli.Run("eval", run.Run, "--data", data, "--errors", "20", "--json").Output);
        Assert.Equal(8, json.RootElement.GetProperty("rows").GetInt32());
        Assert.Equal(2, json.RootElement.GetProperty("classes").GetProperty("classes").GetArrayLength());
        var errors = json.RootElement.GetProperty("errors").EnumerateArray().ToList();
        Assert.Equal(6, errors.Count);
        Assert.All(errors, one => Assert.Equal(
            ("post", "money"), (one.GetProperty("actual").GetString(), one.GetProperty("predicted").GetString())));
        Assert.Equal([.. errors.Select(Probability).OrderDescending()], errors.Select(Probability));
        Assert.Contains(errors, one => one.GetProperty("text").GetString() == "the bill\nnumber 3");
    }

    [Fact]
    public void Numbers_have_their_largest_differences()
    {
        var data = run.Write("test.csv", "text,score", "the bill 3,20", "the bill 3,9000", "the bill 3,-500");
        var found = Cli.Run("eval", run.Numbers(), "--data", data, "--errors", "2");
        Assert.True(found.ExitCode == 0, found.Error);
        Assert.Contains("largest differences:", found.Output);
        Assert.True(found.Output.IndexOf("9000", StringComparison.Ordinal) < found.Output.IndexOf("-500", StringComparison.Ordinal));
    }

    [Fact]
    public void Sets_of_labels_are_wrong_as_a_whole()
    {
        var data = run.Write("test.jsonl", "{\"text\":\"the bill 3\",\"labels\":[\"post\"]}");
        var found = Cli.Run("eval", run.Sets(), "--data", data, "--errors", "2", "--json");
        Assert.True(found.ExitCode == 0, found.Error);
        using var json = JsonDocument.Parse(found.Output);
        Assert.Equal("post", Assert.Single(json.RootElement.GetProperty("errors").EnumerateArray()).GetProperty("actual").GetString());
    }

    [Fact]
    public void A_column_may_be_named_and_a_missing_one_is_an_error()
    {
        var data = run.Write("test.csv", "texte,category", "the bill,money");
        var found = Cli.Run("eval", run.Run, "--data", data, "--text-column", "texte");
        Assert.True(found.ExitCode == 0, found.Error);
        var failed = Cli.Run("eval", run.Run, "--data", data);
        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("has no column 'body'", failed.Error);
    }

    [Fact]
    public void A_task_without_right_and_wrong_rows_is_refused()
    {
        var failed = Cli.Run("eval", run.Tags(), "--errors", "5");
        Assert.Equal(2, failed.ExitCode);
        Assert.Contains("--errors: the predictions of task 'tokens' are not right or wrong row by row", failed.Error);
    }

    private static double Probability(JsonElement error) => error.GetProperty("probability").GetDouble();
}
