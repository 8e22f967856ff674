namespace Peft.Data.Tests;

public sealed class CorpusReaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-metrics-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void One_file_of_records()
    {
        var (corpus, _) = CorpusReader.Read(Write("hyp", "a\r\nb\r\n"), [Write("ref", "r1\nr2\n\nr3\n\n")]);
        Assert.Equal([["r1", "r2"], ["r3"]], corpus.Records.Select(record => record.References));
        Assert.Equal(["a", "b"], corpus.Records.Select(record => record.Hypothesis));
    }

    [Fact]
    public void One_file_of_lines()
    {
        var (corpus, _) = CorpusReader.Read(Write("hyp", "a\nb"), [Write("ref", "r1\nr2\n\n")]);
        Assert.Equal([["r1"], ["r2"]], corpus.Records.Select(record => record.References));
    }

    [Fact]
    public void Several_sets_of_which_one_has_no_reference_for_a_hypothesis()
    {
        var (corpus, _) = CorpusReader.Read(Write("hyp", "a\nb\nc\n"), [Write("ref0", "r1\nr2\nr3\n"), Write("ref1", "\ns2\n\n")]);
        Assert.Equal([["r1"], ["r2", "s2"], ["r3"]], corpus.Records.Select(record => record.References));
    }

    [Fact]
    public void One_record_of_several_references_when_it_is_said_so()
    {
        var (corpus, _) = CorpusReader.Read(Write("hyp", "a\n"), [Write("ref", "r1\nr2\n")], ReferenceLayout.Records);
        Assert.Equal(["r1", "r2"], Assert.Single(corpus.Records).References);
    }

    [Fact]
    public void An_empty_hypothesis_is_kept()
    {
        var (corpus, _) = CorpusReader.Read(Write("hyp", "a\n\n"), [Write("ref", "r1\nr2\n")]);
        Assert.Equal(["a", ""], corpus.Records.Select(record => record.Hypothesis));
    }

    [Fact]
    public void Bad_input_is_named()
    {
        var two = Write("two", "a\nb\n");
        var sizes = Assert.Throws<CorpusSizeException>(() => CorpusReader.Read(two, [Write("three", "r\nr\nr\n")]));
        Assert.Contains("2 hypotheses", sizes.Message);
        Assert.Contains("three holds references for 3", sizes.Message);
        var missing = Assert.Throws<CorpusFileNotFoundException>(() => CorpusReader.Read(two, [Path.Combine(_folder, "nope")]));
        Assert.Contains("nope", missing.Message);
        Assert.Contains("void", Assert.Throws<EmptyCorpusException>(() => CorpusReader.Read(two, [Write("void", "\n")])).Message);
        Assert.Contains("void", Assert.Throws<EmptyCorpusException>(() => CorpusReader.Read(Write("void", ""), [two])).Message);
        var hole = Assert.Throws<MissingReferenceException>(() => CorpusReader.Read(two, [Write("hole", "r\n\n\nr\n")]));
        Assert.Contains("record 2 (line 3 of", hole.Message);
        var line = Assert.Throws<MissingReferenceException>(() => CorpusReader.Read(two, [Write("holes", "r\n\n")], ReferenceLayout.Lines));
        Assert.Contains("record 2", line.Message);
        File.WriteAllBytes(Path.Combine(_folder, "latin1"), [0x63, 0xe9, 0x0a]);
        Assert.Contains("latin1", Assert.Throws<CorpusEncodingException>(
            () => CorpusReader.Read(Path.Combine(_folder, "latin1"), [two])).Message);
    }

    [Fact]
    public void Bad_lists_are_named()
    {
        Assert.Contains("2", Assert.Throws<CorpusSizeException>(() => GenerationCorpus.From(["a", "b"], [["r"]])).Message);
        Assert.Contains("record 2", Assert.Throws<MissingReferenceException>(() => GenerationCorpus.From(["a", "b"], [["r"], []])).Message);
        Assert.Throws<EmptyCorpusException>(() => GenerationCorpus.From([], []));
        var unknown = Assert.Throws<UnknownMetricException>(() => GenerationScorer.Choose(["bleu", "blue"]));
        Assert.Contains("'blue'", unknown.Message);
        Assert.Contains("rouge-l", unknown.Message);
    }

    private string Write(string name, string content)
    {
        var file = Path.Combine(_folder, name);
        File.WriteAllText(file, content);
        return file;
    }
}
