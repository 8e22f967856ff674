using Peft.Data;
using Peft.Training;

namespace Peft.Tests.Training;

public sealed class TaggedTableTests
{
    [Theory]
    [InlineData("""{"tokens":["EU","is"],"ner_tags":["B-ORG","O"]}""")]
    [InlineData("""{"words":["EU","is"],"tags":["B-ORG","O"]}""")]
    [InlineData("""{"id":1,"Words":"EU is","Labels":"B-ORG O"}""")]
    public void Lists_and_texts_are_read_under_usual_names(string record)
    {
        var sentence = Assert.Single(TaggedTable.Read(new MemoryTable(record), null, null).Sentences);
        Assert.Equal(["EU", "is"], sentence.Words);
        Assert.Equal(["B-ORG", "O"], sentence.Tags);
    }

    [Theory]
    [InlineData("""{"tokens":["a","b"],"tags":["O"]}""", "column 'tags': expected a tag for each of 2 words in 'tokens', found 1 tags")]
    [InlineData("""{"tokens":[],"tags":[]}""", "column 'tokens': expected a list of texts, found an empty one")]
    [InlineData("""{"tokens":["a",""],"tags":["O","O"]}""", "column 'tokens': has an empty text in its list")]
    [InlineData("""{"tokens":["a"],"tags":null}""", "column 'tags': expected a list of texts, found no value")]
    [InlineData("""{"tokens":["a"],"tags":{"x":1}}""", "column 'tags': expected a list of texts, found an object")]
    [InlineData("""{"tokens":["a"],"tags":[["O"]]}""", "column 'tags': expected a list of texts, found Array in it")]
    public void A_malformed_row_is_named_with_its_column(string record, string expected)
    {
        var table = new MemoryTable("""{"tokens":["a"],"tags":["O"]}""", record);
        Assert.Equal(
            $"memory.jsonl, line 2, {expected}. Correct it, or give --skip-malformed to skip malformed rows.",
            Assert.Throws<TableValueException>(() => TaggedTable.Read(table, null, null)).Message);
    }
}
