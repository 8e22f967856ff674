namespace Peft.Data.Tests;

/// <summary>Entities by hand, as seqeval's published rules read them.</summary>
public sealed class TagEntitiesTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("O O", "")]
    [InlineData("B-PER I-PER O B-LOC", "PER0-1 LOC3-3")]
    [InlineData("B-PER B-PER", "PER0-0 PER1-1")] // adjacent entities of one type
    [InlineData("B-PER B-LOC I-LOC", "PER0-0 LOC1-2")] // adjacent entities of two types
    [InlineData("I-PER I-PER O", "PER0-1")] // I at the start of a sentence begins an entity
    [InlineData("O I-LOC", "LOC1-1")] // I after O
    [InlineData("B-PER I-LOC", "PER0-0 LOC1-1")] // the type changes inside
    [InlineData("I-PER I-LOC I-LOC", "PER0-0 LOC1-2")]
    [InlineData("I-PER B-PER", "PER0-0 PER1-1")] // IOB1: B separates entities of one type
    [InlineData("B I O B", "_0-1 _3-3")] // tags without a type
    [InlineData("B-ORG-X I-ORG-X", "ORG-X0-1")] // a type with a hyphen
    [InlineData("O X-PER X-PER", "PER1-2")] // an unknown prefix continues an entity of its type
    [InlineData("B-PER X-PER", "PER0-1")]
    [InlineData("B-PER X-LOC O", "PER0-0 LOC1-1")]
    [InlineData("E-PER O", "PER0-0")] // E without B
    [InlineData("B-PER E-PER E-PER", "PER0-1 PER2-2")]
    [InlineData("S-PER I-PER", "PER0-0 PER1-1")]
    [InlineData("B-PER I-PER S-LOC B-LOC E-LOC", "PER0-1 LOC2-2 LOC3-4")]
    [InlineData("B-PER S-PER", "PER0-0 PER1-1")]
    public void Lenient_rules(string tags, string expected) =>
        Assert.Equal(expected, Text(TagEntities.Lenient(Split(tags), TagScheme.Bioes)));

    [Theory]
    [InlineData("B-PER I-PER L-PER U-LOC", "PER0-2 LOC3-3")]
    [InlineData("U-PER U-PER", "PER0-0 PER1-1")]
    [InlineData("L-PER O", "PER0-0")]
    public void Lenient_rules_of_BILOU_are_those_of_BIOES(string tags, string expected) =>
        Assert.Equal(expected, Text(TagEntities.Lenient(Split(tags), TagScheme.Bilou)));

    [Theory]
    [InlineData("B-PER E-PER S-LOC", "PER0-1 LOC2-2")]
    [InlineData("B-PER I-PER E-PER", "PER0-2")]
    [InlineData("B-PER I-PER O", "")] // no end
    [InlineData("I-PER E-PER", "")] // no beginning
    [InlineData("B-PER E-LOC", "")]
    [InlineData("B-PER S-PER", "PER1-1")]
    [InlineData("B-PER B-PER E-PER", "PER1-2")]
    [InlineData("S-PER I-PER E-PER", "PER0-0")]
    public void Strict_rules_of_BIOES(string tags, string expected) =>
        Assert.Equal(expected, Text(TagEntities.Strict(Split(tags), TagScheme.Bioes)));

    [Theory]
    [InlineData("I-PER O B-LOC I-LOC", "LOC2-3")]
    [InlineData("B-PER I-LOC", "PER0-0")]
    public void Strict_rules_of_BIO(string tags, string expected) =>
        Assert.Equal(expected, Text(TagEntities.Strict(Split(tags), TagScheme.Bio)));

    [Theory]
    [InlineData("NOUN VERB|DET NOUN", TagScheme.Plain)]
    [InlineData("O O", TagScheme.Plain)]
    [InlineData("B-PER I-PER|O B-LOC", TagScheme.Bio)]
    [InlineData("I-PER I-PER|O I-LOC", TagScheme.Iob1)]
    [InlineData("I-PER B-PER|O I-LOC", TagScheme.Iob1)]
    [InlineData("I-PER|B-PER I-PER", TagScheme.Bio)] // a B after O: an I at a start is a mistake and stays
    [InlineData("B-PER E-PER|S-LOC", TagScheme.Bioes)]
    [InlineData("B-PER L-PER|U-LOC", TagScheme.Bilou)]
    public void The_scheme_is_found_by_the_prefixes(string sentences, TagScheme expected) =>
        Assert.Equal(expected, TagSchemes.Detect(sentences.Split('|').Select(Split)));

    [Theory]
    [InlineData("I-PER I-PER O I-PER", "B-PER I-PER O B-PER")]
    [InlineData("I-PER B-PER I-PER", "B-PER B-PER I-PER")]
    [InlineData("I-PER I-LOC", "B-PER B-LOC")]
    public void IOB1_becomes_BIO(string tags, string expected) => Assert.Equal(expected, string.Join(' ', TagSchemes.ToBio(Split(tags))));

    private static string[] Split(string tags) => tags.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string Text(IReadOnlyList<TagEntity> entities) =>
        string.Join(' ', entities.Select(entity => $"{entity.Type}{entity.First}-{entity.Last}"));
}
