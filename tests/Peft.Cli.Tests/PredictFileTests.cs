using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Peft.Data;

namespace Peft.Cli.Tests;

/// <summary>Predictions of a table's rows.</summary>
/// <param name="run">The runs.</param>
public sealed class PredictFileTests(TicketRun run) : IClassFixture<TicketRun>
{
    [Fact]
    public void Columns_are_kept_and_quoted_cells_are_read_back_as_they_were()
    {
        string[] cells = ["a \"bill\"", "=SUM(A1:A9)", "two\nlines,\nthree", " blank ", "tab\there", "é 🚚"];
        var input = run.Write("in.csv", ["category,note,body", .. cells.Select(cell => $"x,,{Quoted(cell)}")]);
        foreach (var name in (string[])["out.csv", "out.tsv", "out.jsonl", "out.csv.gz"])
        {
            var output = run.Target(name);
            Predict(input, "--output", output);
            var rows = Read(output);
            Assert.Equal(["category", "note", "body", "prediction", "probability"], rows.Columns);
            Assert.Equal(cells, rows.Rows.Select(row => row["body"].Text));
            Assert.All(rows.Rows, row => Assert.Contains(row["prediction"].Text, (string[])["money", "post"]));
            Assert.All(rows.Rows, row => Assert.InRange(
                double.Parse(row["probability"].Text!, CultureInfo.InvariantCulture), 0.5, 1));
        }
    }

    [Fact]
    public void Ten_thousand_rows_keep_their_order()
    {
        var input = run.Write("in.csv", ["id,body", .. Enumerable.Range(0, 10_000).Select(row =>
            $"{row},{string.Join(' ', Enumerable.Repeat(row % 3 == 0 ? "bill" : "parcel", 1 + row * 7 % 12))}")]);
        var output = run.Target("out.jsonl");
        var predicted = Predict(input, "--output", output, "--batch-size", "7");
        Assert.Contains("10,000 rows", predicted.Output);
        var rows = Read(output).Rows;
        Assert.Equal(Enumerable.Range(0, 10_000), rows.Select(row => int.Parse(row["id"].Text!, CultureInfo.InvariantCulture)));
        Assert.All(rows, row => Assert.Equal(row["body"].Text!.StartsWith("bill", StringComparison.Ordinal) ? "money" : "post",
            row["prediction"].Text));
    }

    [Fact]
    public void Compressed_json_keeps_its_numbers_and_lists()
    {
        var input = run.Target("in.jsonl.gz");
        using (var writer = new StreamWriter(new GZipStream(File.Create(input), CompressionLevel.Fastest)))
            writer.Write("{\"id\":1.50,\"prediction\":[\"old\"],\"body\":\"bill\",\"ok\":true,\"no\":null}\n"
                + "{\"body\":\"parcel\",\"new\":\"x\"}\n");
        var lines = Predict(input).Output.TrimEnd('\n').Split('\n');
        Assert.StartsWith(
            "{\"id\":1.50,\"prediction\":[\"old\"],\"body\":\"bill\",\"ok\":true,\"no\":null,\"predicted_prediction\":", lines[0]);
        Assert.Contains("\"new\":\"x\",\"predicted_prediction\":\"", lines[1]);
    }

    [Fact]
    public void The_most_likely_classes_are_a_list_in_json_and_columns_in_csv()
    {
        var input = run.Write("in.csv", "body", "the bill");
        using var row = JsonDocument.Parse(Predict(input, "--top", "1").Output);
        Assert.Equal(1, row.RootElement.GetProperty("classes").GetArrayLength());
        var output = run.Target("out.csv");
        Predict(input, "--output", output, "--top");
        Assert.StartsWith("body,prediction,probability,class_1,probability_1,class_2,probability_2\nthe bill,", File.ReadAllText(output));
    }

    [Fact]
    public void Pairs_numbers_sets_and_tags_have_columns_of_their_own()
    {
        var pairs = run.Write("pairs.csv", "hypothesis,id,premise", "the bill,7,the bill 3");
        Assert.Contains("\"premise\":\"the bill 3\",\"prediction\":", PredictWith(run.Pairs(), pairs).Output);
        var texts = run.Write("in.csv", "text", "the bill 3");
        using var score = JsonDocument.Parse(PredictWith(run.Numbers(), texts).Output);
        Assert.Equal(JsonValueKind.Number, score.RootElement.GetProperty("score").ValueKind);
        using var labels = JsonDocument.Parse(PredictWith(run.Sets(), texts).Output);
        Assert.Equal(JsonValueKind.Array, labels.RootElement.GetProperty("labels").ValueKind);
        using var one = JsonDocument.Parse(Cli.Run("predict", run.Sets(), "--text", "the bill 3", "--json").Output);
        Assert.Equal(JsonValueKind.Array, one.RootElement.GetProperty("labels").ValueKind);
        using var tags = JsonDocument.Parse(PredictWith(run.Tags(), run.Write("a.jsonl", "{\"tokens\":[\"Ann\",\"paid\"]}")).Output);
        Assert.Equal(JsonValueKind.Array, tags.RootElement.GetProperty("entities").ValueKind);
    }

    [Fact]
    public void Malformed_rows_are_skipped_and_counted_where_that_is_asked_for()
    {
        var input = run.Write("in.csv", "id,body", "1,bill", "2,  ", "3,parcel", "4,a,b");
        var output = run.Target("out.csv");
        var predicted = Predict(input, "--output", output, "--skip-malformed");
        Assert.Contains("2 malformed rows skipped (lines 3, 5)", predicted.Error);
        Assert.Equal(["1", "3"], Read(output).Rows.Select(row => row["id"].Text));
    }

    [Fact]
    public void A_summary_may_be_json()
    {
        var output = run.Target("out.csv");
        using var summary = JsonDocument.Parse(Predict(run.Write("in.csv", "body", "bill"), "--output", output, "--json").Output);
        Assert.Equal(1, summary.RootElement.GetProperty("rows").GetInt32());
        Assert.Equal(output, summary.RootElement.GetProperty("output").GetString());
    }

    [Fact]
    public void The_flag_without_a_number_leaves_the_next_argument_alone()
    {
        var every = Cli.Run("predict", "--top", run.Run, "--text", "the bill");
        Assert.True(every.ExitCode == 0, every.Error);
        Assert.Equal(2, every.Output.TrimEnd('\n').Split('\n').Length);
        Assert.Single(Cli.Run("predict", run.Run, "--top", "1", "--text", "the bill").Output.TrimEnd('\n').Split('\n'));
    }

    private static string Quoted(string cell) => $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private Cli Predict(string input, params string[] options) => PredictWith(run.Run, input, options);

    private static Cli PredictWith(string folder, string input, params string[] options)
    {
        var predicted = Cli.Run(["predict", folder, "--input", input, .. options]);
        Assert.True(predicted.ExitCode == 0, predicted.Error);
        return predicted;
    }

    private static (IReadOnlyList<string> Columns, IReadOnlyList<TableRow> Rows) Read(string file)
    {
        using var table = TableFile.Open(file);
        TableRow[] rows = [.. table.Rows()];
        return ([.. table.Columns], rows);
    }
}
