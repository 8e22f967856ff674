using Peft.Data;
using Peft.Tests.Training.Tables;
using Peft.Training;

namespace Peft.Tests.Training.Prompting;

/// <summary>The data of prompts: published few-shot splits and tables.</summary>
public sealed class PromptExamplesTests : IDisposable
{
    private readonly TableFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("sst2", "SST-2", 12, 872)]
    [InlineData("mpqa", "mpqa", 18, 2000)]
    [InlineData("subj", "subj", 18, 2000)]
    [InlineData("rte", "RTE", 13, 277)]
    public void Clues_splits_are_evaluated_on_the_test_rows_above_them(string prompt, string folder, int first, int test)
    {
        var examples = Read(prompt, SharedData.Require("data", "few-shot", folder, "30-1"));
        var data = examples.Load();
        Assert.True(examples.AreTest);
        Assert.Equal((30, test), (data.Train.Examples.Count, data.Dev.Examples.Count));
        Assert.Equal(first, data.Train.Examples.CountBy(example => (int)example.Label).ToDictionary()[0]);
        Assert.Contains(data.Notices, notice => notice.Contains("these test rows are evaluated", StringComparison.Ordinal));
        Assert.Empty(data.Columns!);
    }

    [Theory]
    [InlineData("mnli", "MNLI")]
    [InlineData("qqp", "QQP")]
    public void Clues_splits_without_test_rows_take_a_file(string prompt, string folder)
    {
        var held = SharedData.Require("data", "glue", folder, "heldout_subset.tsv");
        var data = Read(prompt, SharedData.Require("data", "few-shot", folder, "30-1"), held).Load();
        Assert.Equal((30, 1000), (data.Train.Examples.Count, data.Dev.Examples.Count));
        Assert.All(data.Dev.Examples, example => Assert.NotNull(example.Pair));
    }

    [Theory]
    [InlineData("sst2", "SST-2", 32, 32)]
    [InlineData("mnli", "MNLI", 48, 48)]
    [InlineData("rte", "RTE", 32, 32)]
    [InlineData("qqp", "QQP", 32, 32)]
    public void Splits_of_so_many_rows_per_class_have_development_rows(string prompt, string folder, int train, int dev)
    {
        var examples = Read(prompt, SharedData.Require("data", "glue", "k-shot", folder, "16-13"));
        var data = examples.Load();
        Assert.False(examples.AreTest);
        Assert.Equal((train, dev), (data.Train.Examples.Count, data.Dev.Examples.Count));
    }

    [Fact]
    public void Published_files_have_no_header_and_numbers_for_labels()
    {
        _files.Write("test.csv", "0,\"dull, slow\"", "1,fine");
        var split = Directory.CreateDirectory(Path.Combine(_files.Folder, "30-1")).FullName;
        File.WriteAllLines(Path.Combine(split, "train.csv"), ["1,good", "0,\"a \"\"bad\"\" one\"", "1,great"]);
        var data = Read("mpqa", split).Load();
        Assert.Equal([("good", 1), ("a \"bad\" one", 0), ("great", 1)], data.Train.Examples.Select(one => (one.Text, (int)one.Label)));
        Assert.Equal("dull, slow", data.Dev.Examples[0].Text);
        File.AppendAllText(Path.Combine(split, "train.csv"), "2,odd\n");
        Assert.Contains("train.csv:4: '2' is no label of the task. Allowed: 0, 1", Assert.Throws<TaskLabelException>(() => Read(
            "mpqa", split).Load()).Message);
        Assert.Contains("--early-stopping: needs development rows that select the epoch", Assert.Throws<TrainingOptionsException>(
            () => new PromptExamples(
                ClozePrompt.Find("mpqa"), new TrainingOptions { Data = split, EarlyStopping = 2 }, null).Load()).Message);
    }

    [Fact]
    public void Tables_have_the_labels_of_the_prompt_or_their_numbers()
    {
        var file = _files.Write("own.csv", ["text,label", .. Enumerable.Range(0, 20).Select(row => row % 2 == 0 ? $"good {row},positive"
            : $"bad {row},0")]);
        var data = Read("sst2", file).Load();
        Assert.Equal(["negative", "positive"], data.Task.Labels);
        Assert.Equal(20, data.Train.Examples.Count + data.Dev.Examples.Count);
        Assert.All(data.Train.Examples, example => Assert.Equal(example.Text.StartsWith("good", StringComparison.Ordinal) ? 1 : 0,
            example.Label));
    }

    [Theory]
    [InlineData("sst2", "text,label", "a,positive|b,mixed", "line 3: the label 'mixed' has no word in prompt 'sst2'")]
    [InlineData("sst2", "premise,hypothesis,label", "a,b,positive|c,d,negative", "has pairs of texts, columns 'premise' and 'hypothesis'")]
    [InlineData("mnli", "text,label", "a,neutral|b,neutral", "has one text, column 'text', and prompt 'mnli' has two")]
    public void Tables_that_do_not_fit_are_refused(string prompt, string header, string rows, string problem) => Assert.Contains(
        problem, Assert.ThrowsAny<TaskException>(() => Read(prompt, _files.Write("own.csv", [header, .. rows.Split('|')])).Load()).Message);

    private static PromptExamples Read(string prompt, string data, string? dev = null) =>
        new(ClozePrompt.Find(prompt), new TrainingOptions { Data = data, Dev = dev }, state: null);
}
