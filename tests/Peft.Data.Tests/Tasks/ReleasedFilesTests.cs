namespace Peft.Data.Tests;

/// <summary>Files as their authors released them, and small ones from reports.</summary>
public sealed class ReleasedFilesTests : IDisposable
{
    private const string Header = "\uFEFFQuality\t#1 ID\t#2 ID\t#1 String\t#2 String\r\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Qqp_with_a_row_of_three_columns_loads_as_it_is()
    {
        var data = TaskData.Load("qqp", SharedData.Require("field", "bad-rows", "QQP"));
        Assert.Equal((79, 30), (data.Train.Examples.Count, data.Dev.Examples.Count));
        Assert.Equal([$"{data.Train.File}: 1 malformed row skipped (line 41)"], data.Notices);
        Assert.Null(data.Dev.Skipped);
    }

    [Fact]
    public void Mrpc_with_an_empty_last_line_loads_as_it_is()
    {
        var data = TaskData.Load("mrpc", SharedData.Require("field", "bad-rows", "MRPC"));
        Assert.Equal((39, 29), (data.Train.Examples.Count, data.Dev.Examples.Count));
        Assert.Empty(data.Notices);
    }

    [Fact]
    public void Microsofts_files_of_mrpc_take_the_test_rows_for_development_and_say_so()
    {
        WriteMrpc();
        var data = TaskData.Load("mrpc", _folder.Path);
        Assert.Equal(["a1", "b1", "c1"], data.Train.Examples.Select(example => example.Text));
        Assert.Equal(["t1"], data.Dev.Examples.Select(example => example.Text));
        Assert.Contains("msr_paraphrase_test.txt: the test rows are the development rows", Assert.Single(data.Notices));
    }

    [Theory]
    [InlineData("dev_ids.tsv")]
    [InlineData("mrpc_dev_ids.tsv")]
    public void Glues_list_of_ids_takes_the_development_rows_out_of_the_training_file(string name)
    {
        WriteMrpc();
        _folder.Write(name, "3\t4\r\n99\t98\r\n");
        var data = TaskData.Load("mrpc", _folder.Path);
        Assert.Equal(["a1", "c1"], data.Train.Examples.Select(example => example.Text));
        Assert.Equal([new Example("b1", "b2 \"x", 0)], data.Dev.Examples);
        Assert.Contains("the rows on GLUE's list of ids (1) are the development rows", Assert.Single(data.Notices));
    }

    [Fact]
    public void A_dev_file_and_a_training_file_of_glue_come_first()
    {
        WriteMrpc();
        _folder.Write("dev_ids.tsv", "3\t4\n");
        _folder.Write("dev.tsv", Header + "1\t7\t8\td1\td2\n");
        var data = TaskData.Load("mrpc", _folder.Path);
        Assert.Equal(["d1"], data.Dev.Examples.Select(example => example.Text));
        Assert.Equal(["a1", "c1"], data.Train.Examples.Select(example => example.Text));
        _folder.Write("train.tsv", Header + "1\t7\t8\te1\te2\n");
        Assert.Equal(["e1"], TaskData.Load("mrpc", _folder.Path).Train.Examples.Select(example => example.Text));
    }

    [Fact]
    public void A_list_that_is_none_is_named()
    {
        WriteMrpc();
        var list = _folder.Write("dev_ids.tsv", "3\t4\n5\n");
        Assert.Equal(
            $"{list}:2: expected two ids separated by a tab, found '5'. Fetch GLUE's list again, or remove it.",
            Assert.Throws<TaskFileFormatException>(() => TaskData.Load("mrpc", _folder.Path)).Message);
    }

    [Theory]
    [InlineData("hyp.txt", "ref-clean.txt")]
    [InlineData("hyp.txt", "ref-cr.txt")]
    [InlineData("hyp.txt", "ref-cr3.txt")]
    [InlineData("hyp-cr1.txt", "ref-cr3.txt")] // with a line end in each, the pairs were shifted silently: 0.416
    public void A_carriage_return_inside_a_line_shifts_no_pair(string hypotheses, string references)
    {
        var folder = SharedData.Require("field", "lone-cr");
        var (corpus, _) = CorpusReader.Read(Path.Combine(folder, hypotheses), [Path.Combine(folder, references)]);
        Assert.Equal(3, corpus.Records.Count);
        Assert.Equal(0.892, GenerationScorer.Score(corpus, ["rouge-l"])[0].Value, 3);
    }

    private void WriteMrpc()
    {
        _folder.Write("msr_paraphrase_train.txt", Header + "1\t1\t2\ta1\ta2\r\n0\t3\t4\tb1\tb2 \"x\r\n1\t5\t6\tc1\tc2\r\n\r\n");
        _folder.Write("msr_paraphrase_test.txt", Header + "1\t7\t8\tt1\tt2\r\n");
    }
}
