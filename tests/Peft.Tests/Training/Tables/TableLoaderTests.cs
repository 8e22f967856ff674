using Peft.Training;

namespace Peft.Tests.Training.Tables;

public sealed class TableLoaderTests : IDisposable
{
    private readonly TableFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Labels_are_ordered_by_code_points_or_by_number()
    {
        string[] rows = ["text,label", .. Enumerable.Range(0, 30).Select(row => $"t {row},{row % 3 * 5}")];
        Assert.Equal(["0", "5", "10"], TableFiles.Load(Data("n.csv", rows)).Task.Labels);
        rows = ["text,label", .. Enumerable.Range(0, 30).Select(row => $"t {row},{"bBa"[row % 3]}")];
        Assert.Equal(["B", "a", "b"], TableFiles.Load(Data("s.csv", rows)).Task.Labels);
    }

    [Theory]
    [InlineData("text,label|a,x|,y", "line 3, column 'text': expected a text, found an empty one")]
    [InlineData("text,label|a,x|b,", "line 3, column 'label': expected a label, found none")]
    [InlineData("text,label|a,x|b,x|c,x", "column 'label' has one label only, 'x'; expected at least 2")]
    [InlineData("text,label|a,x", "column 'label' has one label only")]
    [InlineData("text,label|a,x|b,y|c,z", "column 'label' has 3 labels in 3 rows")]
    public void What_cannot_be_trained_on_is_named(string text, string expected)
    {
        var problem = TableFiles.Problem(Data("a.csv", text.Split('|')));
        Assert.Contains(expected, problem, StringComparison.Ordinal);
        Assert.Contains("a.csv", problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem);
    }

    [Theory]
    [InlineData("1,5", "expected a number with a decimal point, found '1,5'")]
    [InlineData("high", "expected a number with a decimal point, found 'high'")]
    [InlineData("", "expected a number, found none")]
    [InlineData("NaN", "expected a number with a decimal point, found 'NaN'")]
    [InlineData("1e300", "expected a number with a decimal point, found '1e300'")]
    public void A_target_that_is_no_number_is_named(string target, string expected) => Assert.Contains(
        "line 2, column 'score': " + expected, TableFiles.Problem(
            Data("a.tsv", ["text\tscore", $"a\t{target}", "b\t2"]), TableKind.Regression), StringComparison.Ordinal);

    [Fact]
    public void Equal_targets_are_nothing_to_learn() => Assert.Contains(
        "every target in column 'score' is 2", TableFiles.Problem(Data("a.csv", ["text,score", "a,2", "b,2.0"]), TableKind.Regression));

    [Fact]
    public void Several_labels_are_read_from_lists_and_from_separated_text()
    {
        var lines = _files.Write(
            "a.jsonl", """{"text":"a","labels":["x","y"]}""", """{"text":"b","labels":[]}""", """{"text":"c","labels":["y",3]}""",
            """{"text":"d","labels":"x, y"}""", """{"text":"e"}""", """{"text":"f","labels":["3"]}""");
        var data = TableFiles.Load(new TrainingOptions { Data = lines, Dev = lines }, TableKind.MultiLabel);
        Assert.Equal(["3", "x", "y"], data.Task.Labels);
        Assert.Equal(["1 2", "", "0 2", "1 2", "", "0"], data.Train.Examples.Select(example => string.Join(' ', example.Classes!)));
        var text = _files.Write("a.csv", "text,labels", "a,x|y", "b,x", "c,", "d,y");
        var separated = TableFiles.Load(new TrainingOptions { Data = text, Dev = text, LabelSeparator = "|" }, TableKind.MultiLabel);
        Assert.Equal(["x", "y"], separated.Task.Labels);
        Assert.Contains("expected one label, found Array [\"x\",\"y\"]; several labels are --task multi-label",
            TableFiles.Problem(new TrainingOptions { Data = lines }));
    }

    [Fact]
    public void A_dev_file_with_a_label_that_is_not_trained_on_is_refused_by_name()
    {
        var options = new TrainingOptions
        {
            Data = _files.WriteTickets("train.csv", 30), Dev = _files.Write("dev.csv", "body,category", "a,billing", "b,deliverry",
                "c,other"),
        };
        Assert.Contains(
            "dev.csv, line 3, column 'category': the label 'deliverry' has no row to train on; the nearest is 'delivery', nor have 'other'",
            TableFiles.Problem(options));
    }

    [Fact]
    public void A_folder_has_train_dev_and_test_files()
    {
        _files.WriteTickets("train.csv", 30);
        _files.WriteTickets("validation.csv", 9);
        _files.WriteTickets("test.csv", 12);
        var data = TableFiles.Load(new TrainingOptions { Data = _files.Folder });
        Assert.Equal((30, 9, 12), (data.Train.Examples.Count, data.Dev.Examples.Count, data.Test!.Examples.Count));
        _files.WriteTickets("dev.csv", 3);
        Assert.Contains("has dev.csv and validation.csv; expected one", TableFiles.Problem(new TrainingOptions { Data = _files.Folder }));
        var given = new TrainingOptions { Data = _files.Folder, Dev = Path.Combine(_files.Folder, "dev.csv") };
        File.Delete(Path.Combine(_files.Folder, "validation.csv"));
        Assert.Equal(3, TableFiles.Load(given).Dev.Examples.Count);
        File.Delete(Path.Combine(_files.Folder, "train.csv"));
        Assert.Contains("expected a file train with examples", TableFiles.Problem(given));
    }

    [Fact]
    public void Texts_that_are_trained_on_and_evaluated_on_are_reported()
    {
        var train = _files.Write("train.csv", "text,label", "Hello  you,a", "bye,b", "good,a", "bad,b");
        var dev = _files.Write("dev.csv", "text,label", "x,a", "hello YOU,b", "hello you,a");
        var notices = TableFiles.Load(new TrainingOptions { Data = train, Dev = dev }).Notices;
        Assert.Contains(notices, notice => notice.StartsWith(
            $"2 of 3 development rows have a text that is also trained on, as 'hello YOU' ({dev}, line 3)", StringComparison.Ordinal));
        Assert.Contains("text is read from column 'text', label from 'label'", notices);
    }

    [Fact]
    public void Malformed_rows_are_skipped_and_reported()
    {
        var file = _files.Write("a.csv", "text,label", "a,x", ",x", "b,y", "c", "d,x", "e,y", "f,");
        var data = TableFiles.Load(new TrainingOptions { Data = file, SkipMalformed = true });
        Assert.Contains($"{file}: 3 malformed rows skipped (lines 3, 5, 8)", data.Notices);
        Assert.Equal(4, data.Train.Examples.Count + data.Dev.Examples.Count);
    }

    [Theory]
    [InlineData(null, null, "--data: is missing; task classification is read from a file of examples")]
    [InlineData("a.csv", "b.csv", "--train: is given beside --data")]
    public void Files_that_are_missing_or_too_many_are_refused(string? data, string? train, string expected) => Assert.Contains(
        expected, Assert.Throws<TrainingOptionsException>(() => TableFiles.Load(
            new TrainingOptions { Task = "classification", Data = data, Train = train })).Message);

    [Fact]
    public void Other_tasks_refuse_the_options_of_tables()
    {
        var tuner = TableFiles.Tuner();
        Assert.StartsWith("--text-column: is for files of your own", Assert.Throws<TrainingOptionsException>(
            () => tuner.Run(new TrainingOptions { Task = "builtin", TextColumn = "a" })).Message);
        Assert.StartsWith("--dev: is for files of your own", Assert.Throws<TrainingOptionsException>(
            () => tuner.Run(new TrainingOptions { Task = "sst2", Data = "x", Dev = "a" })).Message);
    }

    private TrainingOptions Data(string name, string[] lines) => new() { Data = _files.Write(name, lines) };
}
