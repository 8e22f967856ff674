namespace Peft.Data.Tests;

public sealed class EntityScoreTests
{
    /// <summary>The example of seqeval's documentation: MISC is one word too long, PER is right.</summary>
    [Fact]
    public void The_documented_example_of_seqeval()
    {
        var scores = Score(
            TagScheme.Bio, ("O O O B-MISC I-MISC I-MISC O", "O O B-MISC I-MISC I-MISC I-MISC O"), ("B-PER I-PER O", "B-PER I-PER O"));
        Assert.Equal(0.5, scores["f1"], 12);
        Assert.Equal(0.5, scores["precision"], 12);
        Assert.Equal(0.5, scores["recall"], 12);
        Assert.Equal(0.5, scores["macro-f1"], 12);
        Assert.Equal(0.8, scores["accuracy"], 12);
        Assert.Equal([("MISC", 0.0, 1), ("PER", 1.0, 1)], Types(
            TagScheme.Bio, ("O O O B-MISC I-MISC I-MISC O", "O O B-MISC I-MISC I-MISC I-MISC O"), ("B-PER I-PER O", "B-PER I-PER O")));
    }

    [Fact]
    public void Micro_counts_entities_and_macro_types()
    {
        var scores = Score(TagScheme.Bio, ("B-PER O B-PER O B-LOC", "B-PER O B-PER B-LOC O"), ("B-PER O", "O O"));
        Assert.Equal(2.0 / 3, scores["precision"], 12); // 3 found, 2 right
        Assert.Equal(0.5, scores["recall"], 12); // 4 annotated
        Assert.Equal(2 * (2.0 / 3) * 0.5 / ((2.0 / 3) + 0.5), scores["f1"], 12);
        Assert.Equal(0.4, scores["macro-f1"], 12); // PER: precision 1, recall 2/3, F1 0.8; LOC: 0
        Assert.Equal(4.0 / 7, scores["accuracy"], 12);
    }

    [Fact]
    public void A_type_that_is_only_predicted_counts_in_the_mean()
    {
        var scores = Score(TagScheme.Bio, ("B-PER O", "B-PER B-LOC"));
        Assert.Equal(0.5, scores["macro-f1"], 12);
        Assert.Equal([("LOC", 0.0, 0), ("PER", 1.0, 1)], Types(TagScheme.Bio, ("B-PER O", "B-PER B-LOC")));
    }

    [Fact]
    public void Without_entities_shares_are_0()
    {
        var scores = Score(TagScheme.Bio, ("O O", "O O"));
        Assert.Equal((0.0, 0.0, 1.0), (scores["f1"], scores["macro-f1"], scores["accuracy"]));
        Assert.Equal(0, Score(TagScheme.Bio)["accuracy"]);
    }

    [Fact]
    public void Strict_scores_differ_where_the_scheme_is_broken()
    {
        var scores = Score(TagScheme.Bioes, ("B-PER E-PER O S-LOC", "B-PER I-PER O S-LOC"));
        Assert.Equal(1, scores["f1"], 12); // lenient: I ends the entity as well
        Assert.Equal(1, scores["strict-precision"], 12);
        Assert.Equal(0.5, scores["strict-recall"], 12);
        Assert.Equal(2.0 / 3, scores["strict-f1"], 12);
        Assert.DoesNotContain("strict-f1", Score(TagScheme.Bio, ("B-PER", "B-PER")).Keys);
    }

    [Fact]
    public void Tags_without_prefixes_are_scored_word_by_word()
    {
        var scores = Score(TagScheme.Plain, ("NOUN VERB NOUN", "NOUN NOUN NOUN"));
        Assert.Equal(2.0 / 3, scores["accuracy"], 12);
        Assert.Equal([("NOUN", 0.8, 2), ("VERB", 0, 1)], Types(TagScheme.Plain, ("NOUN VERB NOUN", "NOUN NOUN NOUN")));
        Assert.Equal(0.4, scores["macro-f1"], 12);
        Assert.DoesNotContain("f1", scores.Keys);
        Assert.Equal("accuracy", EntityScore.PrimaryOf(TagScheme.Plain));
    }

    [Fact]
    public void Numbers_of_tags_that_differ_are_refused() =>
        Assert.Throws<ArgumentException>(() => new EntityScore(TagScheme.Bio).Add(["O"], ["O", "O"]));

    [Fact]
    public void Every_name_of_a_metric_is_one_of_the_scores()
    {
        foreach (var scheme in (TagScheme[])[TagScheme.Bio, TagScheme.Bioes, TagScheme.Plain])
        {
            var scores = Score(scheme, ("S-PER", "S-PER"));
            Assert.Equal(EntityScore.Names(scheme).Order(), scores.Keys.Order());
        }
    }

    private static IEnumerable<(string Type, double F1, int Support)> Types(
        TagScheme scheme, params (string Tags, string Predicted)[] sentences) => Scored(scheme, sentences).Report().Classes.Select(
            type => (type.Label, Math.Round(type.F1, 12), type.Rows));

    private static IReadOnlyDictionary<string, double> Score(TagScheme scheme, params (string Tags, string Predicted)[] sentences) =>
        Scored(scheme, sentences).Scores();

    private static EntityScore Scored(TagScheme scheme, (string Tags, string Predicted)[] sentences)
    {
        var score = new EntityScore(scheme);
        foreach (var (tags, predicted) in sentences)
            score.Add(tags.Split(' '), predicted.Split(' '));
        return score;
    }
}
