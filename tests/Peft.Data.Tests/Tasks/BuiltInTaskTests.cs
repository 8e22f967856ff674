using System.Globalization;

namespace Peft.Data.Tests;

public sealed class BuiltInTaskTests
{
    public static TheoryData<int, int> Difficulties => new() { { 1, 1 }, { 2, 0 }, { 2, 1 }, { 2, 2 }, { 3, 2 } };

    [Fact]
    public void The_same_seed_gives_the_same_examples()
    {
        Assert.Equal(BuiltInTask.Create(7, 100, 50).Train.Examples, BuiltInTask.Create(7, 100, 50).Train.Examples);
        Assert.NotEqual(BuiltInTask.Create(7, 100, 50).Train.Examples, BuiltInTask.Create(8, 100, 50).Train.Examples);
    }

    /// <summary>The rule of the documentation, written a second time: reads the sentence and answers.</summary>
    [Theory]
    [MemberData(nameof(Difficulties))]
    public void Every_label_follows_from_the_rule(int clauses, int negations)
    {
        var data = BuiltInTask.Create(1, 600, 200, new BuiltInTaskOptions { Clauses = clauses, Negations = negations });

        foreach (var example in data.Train.Examples.Concat(data.Dev.Examples))
        {
            var statements = example.Text.Split([" but ", " and ", " while "], StringSplitOptions.None);
            var statement = example.Pair is null
                ? Assert.Single(statements)
                : Assert.Single(statements, s => s.Contains(example.Pair + " ", StringComparison.Ordinal));
            var words = statement.Split(' ');
            var odd = words.Count(word => word is "not" or "never" or "hardly") % 2 == 1;
            var praised = VerdictLexicon.Praise.Contains(words[^1]);
            Assert.True(praised || VerdictLexicon.Blame.Contains(words[^1]), statement);
            Assert.Equal(praised != odd ? 1f : 0f, example.Label);
        }
    }

    [Theory]
    [MemberData(nameof(Difficulties))]
    public void Labels_are_balanced_and_nothing_is_in_both_splits(int clauses, int negations)
    {
        var data = BuiltInTask.Create(2, 600, 200, new BuiltInTaskOptions { Clauses = clauses, Negations = negations });

        Assert.Equal((300, 100), (data.Train.Examples.Count(e => e.Label == 1), data.Dev.Examples.Count(e => e.Label == 1)));
        Assert.Equal(800, data.Train.Examples.Concat(data.Dev.Examples).Select(e => (e.Text, e.Pair)).Distinct().Count());
        Assert.Equal(clauses > 1, data.Task.IsPair);
    }

    [Fact]
    public void The_combinations_asked_about_in_dev_are_never_seen_in_training()
    {
        var data = BuiltInTask.Create(3);

        var seen = data.Train.Examples.SelectMany(example => Statements(example.Text)).ToHashSet();
        Assert.All(data.Dev.Examples, example => Assert.DoesNotContain(Statements(example.Text)
            .Single(pair => "the " + pair.Thing == example.Pair), seen));
    }

    /// <summary>
    /// With 4,000 examples a word that said nothing would deviate from one half by 3.5 standard errors, 5.5% at 1,000 occurrences,
    /// less than once in 2,000.
    /// </summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    public void No_word_tells_the_label(int clauses, int negations)
    {
        var data = BuiltInTask.Create(4, 4000, 100, new BuiltInTaskOptions { Clauses = clauses, Negations = negations });
        var words = data.Train.Examples
            .SelectMany(example => example.Text.Split(' ').Distinct().Select(word => (word, example.Label)))
            .GroupBy(pair => pair.word);

        foreach (var group in words)
        {
            var count = group.Count();
            var share = group.Average(pair => pair.Label);
            Assert.True(Math.Abs(share - 0.5) < 2.2 / Math.Sqrt(
                count), $"{group.Key}: {share.ToString(CultureInfo.InvariantCulture)} of {count}");
        }
    }

    [Fact]
    public void Every_word_is_one_token_of_the_built_in_backbone_and_of_bert()
    {
        foreach (var folder in (
            string[])[SharedData.Require("data", "models", "tiny-bert-en"), SharedData.Require("data", "vocab", "bert-base-uncased")])
        {
            var tokenizer = WordPieceTokenizer.Load(folder);
            foreach (var example in BuiltInTask.Create(5, 500, 100, new BuiltInTaskOptions { Negations = 2 }).Train.Examples)
                Assert.Equal(example.Text.Split(' ').Length + 2, tokenizer.Encode(example.Text).Length);
        }
    }

    [Fact]
    public void Impossible_wishes_are_refused()
    {
        Assert.Throws<BuiltInTaskException>(() => BuiltInTask.Create(1, options: new BuiltInTaskOptions { Clauses = 4 }));
        Assert.Throws<BuiltInTaskException>(() => BuiltInTask.Create(1, options: new BuiltInTaskOptions { Negations = 3 }));
        Assert.Throws<BuiltInTaskException>(() => BuiltInTask.Create(1, 0));
        var few = new BuiltInTaskOptions { Clauses = 1, Negations = 0 };
        var thrown = Assert.Throws<BuiltInTaskException>(() => BuiltInTask.Create(1, 50_000, options: few));
        Assert.Contains("ask for fewer", thrown.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<(string Thing, string Word)> Statements(string text) =>
        text.Split([" but ", " and ", " while "], StringSplitOptions.None)
            .Select(statement => statement.Split(' '))
            .Select(words => (words[Array.LastIndexOf(words, "the") + 1], words[^1]));
}
