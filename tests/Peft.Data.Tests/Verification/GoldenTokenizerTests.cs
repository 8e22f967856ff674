namespace Peft.Data.Tests;

public sealed class GoldenTokenizerTests
{
    [Fact]
    public void Every_recorded_row_has_the_reference_ids()
    {
        var report = TokenizerCases.Check(SharedData.Require("golden", "tokenizers", "cases.jsonl"), SharedData.Require("data", "vocab"));

        Assert.True(report.AllEqual, string.Join('\n', report.Differences));
        Assert.Equal(3485, report.Rows);
        Assert.Equal(
            [
                new TokenizerTally("bert_uncased", 3485, 0), new TokenizerTally("bert_cased_rules", 515, 0),
                new TokenizerTally("roberta", 3485, 0),
                new TokenizerTally("gpt2", 3485, 0), new TokenizerTally("gpt2_decoded", 3485, 0),
            ],
            report.Tokenizers);
        Assert.Empty(report.NotChecked);
    }

    [Fact]
    public void The_vocabulary_reads_the_same_from_text_and_from_json()
    {
        var folder = SharedData.Require("data", "vocab", "bert-base-uncased");
        var text = WordPieceTokenizer.Load(Path.Combine(folder, "vocab.txt"));
        var json = WordPieceTokenizer.Load(Path.Combine(folder, "tokenizer.json"));

        Assert.Equal(30522, text.VocabularySize);
        Assert.Equal(Enumerable.Range(0, 30522).Select(text.TokenOf), Enumerable.Range(0, 30522).Select(json.TokenOf));
        Assert.Equal((0, 100, 101, 102, 103), (json.PadId, json.UnknownId, json.ClsId, json.SepId, json.MaskId));
        Assert.Equal(512, json.ModelMaxLength);
        Assert.Equal(text.Encode("Crème brûlée, unaffable!").Ids, json.Encode("Crème brûlée, unaffable!").Ids);
    }

    [Fact]
    public void Real_text_decodes_to_its_lower_case()
    {
        var tokenizer = WordPieceTokenizer.Load(SharedData.Require("data", "vocab", "bert-base-uncased"));

        Assert.Equal("the villain is green, isn't he? unaffable.", tokenizer.Decode(
            tokenizer.Encode("The villain is green, isn't he? Unaffable.").Ids));
    }
}
