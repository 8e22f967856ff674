namespace Peft.Cli.Tests;

/// <summary>Tables that cannot be predicted, and files that cannot be written: one line, and nothing is left.</summary>
/// <param name="run">The runs.</param>
public sealed class PredictFileFailureTests(TicketRun run) : IClassFixture<TicketRun>
{
    private const string Header = "id,body";

    [Theory]
    [InlineData("id,boddy", "1,bill", 1, "has no column 'body', which the run was trained on; the nearest is 'boddy'")]
    [InlineData(Header, "1,", 1, "line 2, column 'body': expected a text, found an empty one")]
    [InlineData(Header, "1,bill,x", 1, "line 2: expected 2 cells ('id', 'body'), found 3")]
    [InlineData(Header, "1,\"bill", 1, "line 2")]
    public void A_wrong_row_is_named_and_nothing_is_written(string header, string row, int code, string expected)
    {
        var output = run.Target("out.csv");
        AssertFails(code, expected, output, "--input", run.Write("in.csv", header, row), "--output", output);
        Assert.Empty(Directory.GetFileSystemEntries(Path.GetDirectoryName(output)!));
    }

    [Theory]
    [InlineData("--text-column", "bdy", 1, "has no column 'bdy' (--text-column); the nearest is 'body'")]
    [InlineData("--pair-column", "id", 1, "has single texts; leave it out")]
    [InlineData("--text", "bill", 2, "--input: cannot be given with --text")]
    [InlineData("--batch-size", "0", 2, "--batch-size: expected a whole number from 1 to 4096")]
    [InlineData("--top", "0", 2, "--top: '0' is not a whole number from 1")]
    public void A_wrong_option_is_one_line(string option, string value, int code, string expected)
    {
        var output = run.Target("out.csv");
        AssertFails(code, expected, output, "--input", run.Write("in.csv", Header, "1,bill"), "--output", output, option, value);
    }

    [Fact]
    public void An_output_that_exists_is_replaced_only_where_that_is_asked_for()
    {
        var (input, output) = (run.Write("in.csv", Header, "1,bill"), run.Write("out.csv", "mine"));
        AssertFails(2, "exists; give another name, or --overwrite to replace it", null, "--input", input, "--output", output);
        Assert.Equal("mine\n", File.ReadAllText(output));
        var replaced = Cli.Run("predict", run.Run, "--input", input, "--output", output, "--overwrite");
        Assert.True(replaced.ExitCode == 0, replaced.Error);
        Assert.StartsWith("id,body,prediction,probability\n1,bill,", File.ReadAllText(output));
    }

    [Fact]
    public void The_input_is_never_written_to()
    {
        var input = run.Write("in.csv", Header, "1,bill");
        var link = run.Target("link.csv");
        File.CreateSymbolicLink(link, input);
        foreach (var output in (string[])[input, link])
            AssertFails(2, "is the file of --input", null, "--input", input, "--output", output, "--overwrite");
        Assert.Equal("id,body\n1,bill\n", File.ReadAllText(input));
    }

    [Fact]
    public void A_format_that_is_not_written_a_folder_and_a_folder_that_is_missing_are_refused()
    {
        var input = run.Write("in.csv", Header, "1,bill");
        AssertFails(2, "expected a name that ends in .jsonl, .csv or .tsv", null, "--input", input, "--output", run.Target("out.parquet"));
        var folder = run.Target("out.csv");
        Directory.CreateDirectory(folder);
        AssertFails(1, "is a folder; expected a regular file", null, "--input", input, "--output", folder, "--overwrite");
        var missing = Path.Combine(run.Target("missing"), "out.csv");
        AssertFails(1, "out.csv: could not be written", missing, "--input", input, "--output", missing);
        AssertFails(2, "--output: needs --input", null, "--text", "bill", "--output", "a.csv");
    }

    [Fact]
    public void A_column_that_joins_later_has_no_place_in_csv()
    {
        var input = run.Write("in.jsonl", [.. Enumerable.Repeat("{\"body\":\"bill\"}", 40), "{\"body\":\"bill\",\"late\":1}"]);
        var output = run.Target("out.csv");
        AssertFails(1, "has the column 'late', which earlier rows lack", output, "--input", input, "--output", output, "--batch-size", "1");
        Assert.Empty(Directory.GetFileSystemEntries(Path.GetDirectoryName(output)!));
    }

    /// <summary>The input never ends: the reader waits for more when the signal comes.</summary>
    [Fact]
    public async Task A_signal_leaves_nothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "signals are sent by a shell");
        var output = run.Target("out.csv");
        var input = run.Write("in.csv", ["body", .. Enumerable.Repeat("the bill is too high and the parcel is late", 3000)]);
        var script = $"( cat '{input}'; exec sleep 60 ) | \"$0\" predict '{run.Run}' --input - --output '{output}' & "
            + "predicting=$! feeding=$(jobs -p)\n"
            + $"for try in $(seq 300); do ls '{output}'.*.tmp >/dev/null 2>&1 && break; sleep 0.2; done\n"
            + "kill -TERM $predicting; wait $predicting; code=$?; kill $feeding; exit $code";
        var stopped = await CommandProcess.Run(new Dictionary<string, string?>(), shell: script);
        Assert.Equal(130, stopped.ExitCode);
        Assert.Contains("stopped by SIGTERM; nothing was written", stopped.Error);
        Assert.Empty(Directory.GetFileSystemEntries(Path.GetDirectoryName(output)!));
    }

    private void AssertFails(int code, string expected, string? output, params string[] options)
    {
        var failed = Cli.Run(["predict", run.Run, .. options]);
        Assert.True(failed.ExitCode == code, $"{failed.ExitCode}: {failed.Error}");
        Assert.Contains(expected, failed.Error);
        Assert.StartsWith("peft: ", failed.Error);
        Assert.False(File.Exists(output));
    }
}
