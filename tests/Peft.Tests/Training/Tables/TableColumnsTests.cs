using Peft.Data;
using Peft.Training;

namespace Peft.Tests.Training.Tables;

public sealed class TableColumnsTests : IDisposable
{
    private readonly TableFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("id,body,category", "text=body label=category")]
    [InlineData("Label,Text", "text=Text label=Label")]
    [InlineData("title,review,stars", "text=review label=stars")]
    [InlineData("sentence1,sentence2,label", "text=sentence1 pair=sentence2 label=label")]
    [InlineData("premise,hypothesis,gold,label", "text=premise pair=hypothesis label=label")]
    [InlineData("text_a,text_b,class", "text=text_a pair=text_b label=class")]
    [InlineData("question,answer,label", "text=question pair=answer label=label")]
    [InlineData("tweet_id,tweet,sentiment,user", "text=tweet label=sentiment")]
    public void Usual_names_are_found(string header, string expected)
    {
        var columns = Choose(header, new TrainingOptions());
        Assert.Equal(expected, string.Join(' ', columns.ByPart.Select(part => $"{part.Key}={part.Value}")));
        Assert.Contains($"'{columns.Text}'", columns.Notice);
    }

    [Fact]
    public void Given_names_are_taken_without_a_notice()
    {
        var options = new TrainingOptions { TextColumn = "a", LabelColumn = "B", PairColumn = "c" };
        var columns = Choose("a,b,c,text,label", options);
        Assert.Equal(("a", "c", "b", null), (columns.Text, columns.Pair, columns.Label, columns.Notice));
        Assert.Equal("text is read from column 'a', label from 'label'", Choose("a,text,label", new() { TextColumn = "a" }).Notice);
    }

    [Theory]
    [InlineData("body,queue", "catgory", null, "has no column 'catgory' (--text-column). Its columns: 'body', 'queue'")]
    [InlineData("body,category", null, "catgory", "has no column 'catgory' (--label-column); the nearest is 'category'. Its columns: 'body'")]
    [InlineData("a,b", null, null, "has no column with a usual name of a text (text, sentence,")]
    [InlineData("text,b", null, null, "has no column with a usual name of a label (label, labels,")]
    [InlineData("text,label", "text", "text", "column 'text' is both --text-column and --label-column. Its columns: 'text', 'label'")]
    public void A_column_that_is_missing_or_repeated_lists_all(string header, string? text, string? label, string expected) =>
        Assert.Contains(expected, Assert.Throws<TableColumnException>(
            () => Choose(header, new TrainingOptions { TextColumn = text, LabelColumn = label })).Message, StringComparison.Ordinal);

    private TableColumns Choose(string header, TrainingOptions options)
    {
        using var table = TableFile.Open(_files.Write("a.csv", header, header));
        return TableColumns.Choose(table, options);
    }
}
