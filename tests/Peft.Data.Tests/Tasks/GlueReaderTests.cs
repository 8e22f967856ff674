using System.Text;

namespace Peft.Data.Tests;

public sealed class GlueReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string, int, string, int> Official => new()
    {
        { "cola", "CoLA", 8551, "dev.tsv", 1043 },
        { "mnli", "MNLI", 8999, "heldout_subset.tsv", 1000 },
        { "mrpc", "MRPC", 3668, "dev.tsv", 408 },
        { "qnli", "QNLI", 8999, "dev.tsv", 5463 },
        { "qqp", "QQP", 8999, "heldout_subset.tsv", 1000 },
        { "rte", "RTE", 2489, "dev.tsv", 277 },
        { "SST-2", "SST-2", 67349, "dev.tsv", 872 },
        { "sts_b", "STS-B", 5748, "dev.tsv", 1500 },
    };

    [Theory]
    [MemberData(nameof(Official))]
    public void The_real_files_are_read_completely(string task, string name, int train, string devFile, int dev)
    {
        var data = TaskData.Load(task, SharedData.Require("data", "glue", name));

        Assert.Equal((train, dev, devFile), (data.Train.Examples.Count, data.Dev.Examples.Count, Path.GetFileName(data.Dev.File)));
        Assert.All(data.Train.Examples.Concat(data.Dev.Examples), example =>
        {
            Assert.Equal(data.Task.IsPair, example.Pair is not null);
            Assert.InRange(example.Label, 0, data.Task.IsRegression ? 5 : data.Task.Labels.Count - 1);
        });
        if (!data.Task.IsRegression) Assert.Equal(data.Task.Labels.Count, data.Dev.Examples.Select(example => example.Label).Distinct()
            .Count());
    }

    [Theory]
    [MemberData(nameof(Official))]
    public void The_few_shot_folders_are_read(string task, string name, int train, string devFile, int dev)
    {
        Assert.True(train > dev && devFile.Length > 0);
        foreach (var seed in (int[])[13, 21, 42, 87, 100])
        {
            var data = TaskData.Load(task, SharedData.Require("data", "glue", "k-shot", name, $"16-{seed}"));

            var expected = data.Task.IsRegression ? 32 : 16 * data.Task.Labels.Count;
            Assert.Equal((expected, expected), (data.Train.Examples.Count, data.Dev.Examples.Count));
            if (!data.Task.IsRegression) Assert.All(
                data.Train.Examples.CountBy(example => example.Label), pair => Assert.Equal(16, pair.Value));
        }
    }

    [Fact]
    public void The_folder_above_will_do()
    {
        var data = TaskData.Load("sst2", SharedData.Require("data", "glue"), new TaskLoadOptions { TrainLimit = 3 });

        Assert.Contains("SST-2", data.Train.File, StringComparison.Ordinal);
        Assert.Equal("one long string of cliches .", data.Dev.Examples[0].Text);
    }

    [Fact]
    public void Quotation_marks_byte_order_marks_and_windows_line_ends_are_taken()
    {
        _folder.Write("train.tsv", "\uFEFFQuality\t#1 ID\t#2 ID\t#1 String\t#2 String\r\n1\t2\t3\t\"a\u2028b\t\"c\" "
            + "said\r\n0\t2\t3\td\t\r\n");
        _folder.Write("dev.tsv", "Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\n1\t2\t3\ta\tb");

        var data = TaskData.Load("mrpc", _folder.Path);

        Assert.Equal([new Example("\"a\u2028b", "\"c\" said", 1), new Example("d", "", 0)], data.Train.Examples);
        Assert.Single(data.Dev.Examples);
    }

    [Fact]
    public void A_limit_keeps_the_first_of_a_seeded_shuffle()
    {
        var rows = string.Concat(Enumerable.Range(0, 100).Select(i => $"s{i}\t{i % 2}\n"));
        _folder.Write("train.tsv", "sentence\tlabel\n" + rows);
        _folder.Write("dev.tsv", "sentence\tlabel\n" + rows);

        string[] Texts(int? limit, long seed)
        {
            var data = TaskData.Load("sst2", _folder.Path, new TaskLoadOptions { TrainLimit = limit, Seed = seed });
            return [.. data.Train.Examples.Select(example => example.Text)];
        }

        Assert.Equal(Texts(10, 1), Texts(20, 1)[..10]);
        Assert.NotEqual(Texts(10, 1), Texts(10, 2));
        Assert.Equal("s0", Texts(null, 1)[0]);
        Assert.Equal(Texts(null, 1), Texts(100, 1));
    }

    [Fact]
    public void Missing_folders_and_files_say_what_is_there()
    {
        _folder.Write("dev.tsv", "sentence\tlabel\na\t1\n");

        var error = Assert.Throws<TaskFileNotFoundException>(() => TaskData.Load("sst2", _folder.Path));
        Assert.Contains("train.tsv or train_subset.tsv, but there is only dev.tsv", error.Message, StringComparison.Ordinal);
        Assert.Throws<TaskFileNotFoundException>(() => TaskData.Load("sst2", Path.Combine(_folder.Path, "none")));
        Assert.Contains("cola, mnli", Assert.Throws<UnknownTaskException>(
            () => TaskData.Load("wnli", _folder.Path)).Message, StringComparison.Ordinal);
        var options = new TaskLoadOptions { TrainFile = "dev.tsv", DevFile = "other.tsv" };
        Assert.Throws<TaskFileNotFoundException>(() => TaskData.Load("sst2", _folder.Path, options));
        Assert.Throws<ArgumentOutOfRangeException>(() => TaskData.Load("sst2", _folder.Path, new TaskLoadOptions { TrainLimit = 0 }));
    }

    [Theory]
    [InlineData("sst2", "sentence\tlabel\na\t1\nb\n", "train.tsv:3: expected 2 columns")]
    [InlineData("cola", "x\t1\t\ta\nx\t1\ta\n", "train.tsv:2: expected 4 columns")]
    [InlineData("sst2", "", "empty")]
    [InlineData("sst2", "sentence\tlabel\n", "no example")]
    public void Malformed_files_are_refused_by_line(string task, string content, string said)
    {
        _folder.Write("train.tsv", content);
        _folder.Write("dev.tsv", content);

        Assert.Contains(said, Assert.Throws<TaskFileFormatException>(
            () => TaskData.Load(task, _folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Malformed_rows_can_be_left_out_and_are_counted()
    {
        _folder.Write("train.tsv", "sentence\tlabel\na\t1\nb\nc\t0\n");

        var data = TaskData.Load("sst2", _folder.Path, new TaskLoadOptions { DevFile = "train.tsv", SkipMalformedRows = true });

        Assert.Equal((2, 1), (data.Train.Examples.Count, data.Train.Skipped?.Count));
    }

    [Fact]
    public void Files_that_are_not_text_are_refused()
    {
        File.WriteAllBytes(Path.Combine(
            _folder.Path, "train.tsv"), [.. Encoding.UTF8.GetBytes("sentence\tlabel\n"), 0xFF, (byte)'\t', (byte)'1']);
        _folder.Write("dev.tsv", "");

        Assert.Contains("UTF-8", Assert.Throws<TaskFileFormatException>(
            () => TaskData.Load("sst2", _folder.Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sst2", "sentence\tlabel\na\tpositive\n", "train.tsv:2: 'positive' is no label of SST-2. Allowed: 0, 1")]
    [InlineData("rte", "index\tsentence1\tsentence2\tlabel\n0\ta\tb\tneutral\n", "Allowed: entailment, not_entailment")]
    [InlineData("cola", "x\t0\t\ta\nx\t2\t\tb\n", "train.tsv:2: '2' is no label of CoLA")]
    [InlineData("stsb", "sentence1\tsentence2\tscore\na\tb\t5.01\n", "a number from 0 to 5")]
    [InlineData("stsb", "sentence1\tsentence2\tscore\na\tb\tNaN\n", "'NaN' is no score")]
    public void Unknown_labels_are_refused_by_line(string task, string content, string said)
    {
        _folder.Write("train.tsv", content);
        _folder.Write("dev.tsv", content);

        Assert.Contains(said, Assert.Throws<TaskLabelException>(() => TaskData.Load(task, _folder.Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rte", "sentence\tlabel", "a\t1", "It looks like SST-2")]
    [InlineData("sst2", "index\tquestion\tsentence\tlabel", "0\ta\tb\tentailment", "It looks like QNLI")]
    [InlineData("cola", "index\tsentence1\tsentence2\tlabel", "0\ta\tb\tentailment", "It looks like RTE")]
    [InlineData("mnli", "x\t1\t*\ta", "x\t1\t*\tb", "It looks like CoLA")]
    [InlineData("cola", "index\tsentence", "0\ta", "Give the task's own labelled file")]
    [InlineData("mrpc", "index\t#1 ID\t#2 ID\t#1 String\t#2 String", "0\t1\t2\ta\tb", "Give the task's own labelled file")]
    public void Another_tasks_file_is_recognised(string task, string header, string row, string said)
    {
        _folder.Write("train.tsv", $"{header}\n{row}\n");
        _folder.Write("dev.tsv", $"{header}\n{row}\n");

        Assert.Contains(said, Assert.Throws<TaskHeaderException>(
            () => TaskData.Load(task, _folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_and_aliases_find_their_task()
    {
        Assert.Equal(8, GlueTasks.All.Count);
        foreach (var name in (string[])["SST-2", "sst2", "sst_2", "SST"]) Assert.Same(GlueTasks.Sst2, GlueTasks.Find(name));
        Assert.Equal((2, 3, 1), (GlueTasks.Rte.OutputCount, GlueTasks.Mnli.OutputCount, GlueTasks.Stsb.OutputCount));
        Assert.All(GlueTasks.All, task => Assert.Equal(task.PrimaryMetric, task.MetricsReported[0]));
    }
}
