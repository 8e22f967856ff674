namespace Peft.Data.Tests;

public sealed class ConllReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("EU NNP B-ORG\nrejects VBZ O\n\nPeter NNP B-PER\n")]
    [InlineData("-DOCSTART- -X- O\n\nEU NNP B-ORG\nrejects VBZ O\n\n-DOCSTART- -X- O\n\nPeter NNP B-PER")]
    [InlineData("EU\tNNP\tB-ORG\r\nrejects\tVBZ\tO\r\n\r\n  \r\nPeter\tNNP\tB-PER\r\n")]
    [InlineData("\uFEFFEU   NNP  B-ORG\nrejects VBZ O\n-DOCSTART-\nPeter NNP B-PER\n\n\n")]
    public void Sentences_end_at_empty_lines_and_document_starts(string text)
    {
        var read = ConllReader.Read(Write(text));
        Assert.Equal(["EU rejects", "Peter"], read.Sentences.Select(sentence => string.Join(' ', sentence.Words)));
        Assert.Equal(["B-ORG O", "B-PER"], read.Sentences.Select(sentence => string.Join(' ', sentence.Tags)));
        Assert.Null(read.Skipped);
    }

    [Fact]
    public void Columns_are_numbered_from_1()
    {
        var sentence = Assert.Single(ConllReader.Read(Write("1 EU NNP B-ORG\n2 is VBZ O\n"), wordColumn: 2, tagColumn: 3).Sentences);
        Assert.Equal(["EU", "is"], sentence.Words);
        Assert.Equal(["NNP", "VBZ"], sentence.Tags);
    }

    [Theory]
    [InlineData("a O\nb\n", "line 2: expected a word in column 1 and its tag in the last column, separated by tabs or blanks, found 1 "
        + "column ('b')")]
    [InlineData("a X O\nb O\n", "line 2: expected 3 columns as in the lines before, found 2")]
    [InlineData("a\tO\n\tO\n", "line 2: expected a word and a tag, found an empty word")]
    [InlineData("a\tO\nb\t\n", "line 2: expected a word and a tag, found an empty tag")]
    public void A_malformed_line_is_named(string text, string expected)
    {
        var file = Write(text);
        var problem = Assert.Throws<TaggedLineException>(() => ConllReader.Read(file)).Message;
        Assert.Equal($"{file}, {expected}. Correct it, or give --skip-malformed to skip malformed rows.", problem);
    }

    [Fact]
    public void Skipping_leaves_out_the_whole_sentence_and_counts_it_once()
    {
        var read = ConllReader.Read(Write("a O\nb\nc\n\nd O\n\ne O\n"), skipMalformed: true);
        Assert.Equal(["d", "e"], read.Sentences.Select(sentence => sentence.Words[0]));
        Assert.EndsWith("1 malformed row skipped (line 2)", read.Skipped!.ToString());
    }

    [Fact]
    public void A_file_that_is_mostly_malformed_is_refused() =>
        Assert.Throws<MalformedFileException>(() => ConllReader.Read(Write("a\n\nb\n\nc O\n"), skipMalformed: true));

    [Theory]
    [InlineData("")]
    [InlineData("\n\n  \n")]
    [InlineData("-DOCSTART- O\n")]
    public void A_file_without_words_is_refused(string text) =>
        Assert.Contains("has no words", Assert.Throws<TaskFileFormatException>(() => ConllReader.Read(Write(text))).Message);

    [Fact]
    public void A_line_of_10_MB_is_no_word()
    {
        var problem = Assert.Throws<TaggedLineException>(() => ConllReader.Read(Write(new string('x', 10 << 20) + " O\n"))).Message;
        Assert.Contains("line 1: has a word of 10,485,760 characters; expected at most 10,000", problem);
        Assert.True(problem.Length < 500);
    }

    [Fact]
    public void A_file_that_is_not_UTF8_is_refused_with_the_byte()
    {
        var file = Path.Combine(_folder.Path, "latin.conll");
        File.WriteAllBytes(file, [.. "caf"u8, 0xE9, .. " O\n"u8]);
        Assert.Contains("line 1: is not UTF-8 text; byte 0xE9", Assert.Throws<TaskFileFormatException>(() => ConllReader.Read(file))
            .Message);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains("nothing.conll: there is no such file", Assert.Throws<TaskFileNotFoundException>(
            () => ConllReader.Read(Path.Combine(_folder.Path, "nothing.conll"))).Message);

    [Theory]
    [InlineData("Barack Obama, born in Hawai'i.", "Barack|Obama|,|born|in|Hawai'i|.")]
    [InlineData("  3.5% of e-mails (U.S.)  ", "3.5|%|of|e-mails|(|U.S|.|)")]
    [InlineData("caf\u00e9 cafe\u0301 \ud83d\ude00!", "caf\u00e9|cafe\u0301|\ud83d\ude00|!")]
    [InlineData("", "")]
    [InlineData(" \t\n", "")]
    public void A_plain_text_is_split_into_words_and_punctuation(string text, string expected) =>
        Assert.Equal(expected, string.Join('|', WordSplit.Split(text).Select(span => text[span.Start..span.End])));

    [Fact]
    public void An_unpaired_surrogate_is_a_word() => Assert.Equal(new TextSpan(0, 1), Assert.Single(WordSplit.Split("\ud83d")));

    private string Write(string text)
    {
        var file = Path.Combine(_folder.Path, "train.conll");
        File.WriteAllText(file, text);
        return file;
    }
}
