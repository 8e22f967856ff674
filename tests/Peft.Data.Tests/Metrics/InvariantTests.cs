namespace Peft.Data.Tests;

/// <summary>What must hold for every metric, whatever its numbers are.</summary>
public sealed class InvariantTests
{
    private static readonly string[] s_hypotheses =
    [
        "The Mill is a pub near Café Rouge with a 3 out of 5 rating .",
        "Wildwood serves Indian food in the city centre and is kid-friendly.",
        "A cheap coffee shop by the river is named Aromi.", "In the riverside area, The Vaults costs less than £20.",
    ];

    private static readonly string[][] s_references =
    [
        ["The Mill is a pub located near Café Rouge . It is rated 3 out of 5 .", "Near Café Rouge is a 3 star pub called The Mill ."],
        ["Wildwood is a family friendly pub that serves Indian food in the city centre."],
        ["Aromi is a cheap coffee shop by the river.", "By the river there is a cheap coffee shop, Aromi.",
            "A coffee shop called Aromi is cheap."],
        ["The Vaults is in the riverside area and costs less than £20.", "Less than £20 is what The Vaults in the riverside area costs."],
    ];

    public static TheoryData<string> Metrics => [.. GenerationScorer.Names];

    [Theory, MemberData(nameof(Metrics))]
    public void A_hypothesis_that_is_a_reference_scores_best(string metric)
    {
        var best = metric switch { "ter" => 0, "nist" or "cider" => double.NaN, _ => 1.0 };
        var perfect = Score(metric, [.. s_references.Select(texts => texts[0])], s_references);
        if (double.IsNaN(best))
            Assert.All(Score(metric, s_hypotheses, s_references).Zip(perfect), pair => Assert.True(pair.Second > pair.First));
        else
            Assert.All(perfect, score => Assert.Equal(best, score, 1e-8));
    }

    [Theory, MemberData(nameof(Metrics))]
    public void The_order_of_references_does_not_matter(string metric) =>
        Same(Score(metric, s_hypotheses, s_references),
            Score(metric, s_hypotheses, [.. s_references.Select(texts => texts.Reverse().ToArray())]));

    [Theory, MemberData(nameof(Metrics))]
    public void The_order_of_records_does_not_matter(string metric) =>
        Same(Score(metric, s_hypotheses, s_references), Score(metric, [.. s_hypotheses.Reverse()], [.. s_references.Reverse()]));

    [Theory, MemberData(nameof(Metrics))]
    public void Damage_makes_it_worse(string metric)
    {
        var sign = metric == "ter" ? -1 : 1;
        var before = Score(metric, s_hypotheses, s_references);
        var damaged = s_hypotheses.Select(
            text => string.Join(' ', text.Split(' ').Select((word, index) => index % 2 == 0 ? word : "zzz" + index))).ToArray();
        Assert.All(before.Zip(Score(metric, damaged, s_references)), pair => Assert.True(
            sign * pair.First > sign * pair.Second, $"{pair}"));
    }

    [Theory, MemberData(nameof(Metrics))]
    public void A_reference_more_never_harms_where_the_best_or_any_counts(string metric)
    {
        if (metric is "nist" or "cider" or "meteor")
            return; // these average over the references, or take the reference best for the sentence though not for the corpus
        var sign = metric == "ter" ? -1 : 1;
        var more = s_references.Select((texts, index) => texts.Append(s_hypotheses[index]).ToArray()).ToArray();
        Assert.All(Score(metric, s_hypotheses, s_references)
            .Zip(Score(metric, s_hypotheses, more)), pair => Assert.True(sign * pair.Second >= sign * pair.First));
    }

    [Theory, MemberData(nameof(Metrics))]
    public void Empty_hypotheses_score_finitely(string metric)
    {
        var scores = Score(metric, ["", "", "", ""], s_references);
        Assert.All(scores, score => Assert.InRange(score, 0, 1));
        Assert.All(Score(metric, ["", .. s_hypotheses[1..]], s_references), score => Assert.True(double.IsFinite(score)));
    }

    [Theory, MemberData(nameof(Metrics))]
    public void One_short_record_scores_finitely(string metric) =>
        Assert.All(Score(metric, ["word"], [["word"]]), score => Assert.True(double.IsFinite(score)));

    private static double[] Score(string metric, string[] hypotheses, string[][] references) =>
        [.. GenerationScorer.Score(GenerationCorpus.From(hypotheses, references), [metric]).Select(score => score.Value)];

    private static void Same(double[] expected, double[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
}
