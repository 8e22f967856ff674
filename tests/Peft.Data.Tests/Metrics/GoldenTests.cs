using System.Text.Json;
using System.Text.Json.Serialization;

namespace Peft.Data.Tests;

/// <summary>Scores by the field's own scripts, on E2E, WebNLG and four hostile records.</summary>
public sealed class GoldenTests
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static TheoryData<string> Cases => ["tiny", "e2e", "webnlg"];

    [Theory, MemberData(nameof(Cases))]
    public void Every_score_is_the_scripts(string name)
    {
        var golden = JsonSerializer.Deserialize<Golden>(File.ReadAllText(SharedData.Require("golden", "metrics", name + ".json")), s_json)!;
        var corpus = GenerationCorpus.From(golden.Hypotheses, golden.References);
        var expected = golden.Scores;
        Same(expected.MtevalBleu, MtevalBleu.Score(corpus), "BLEU");
        Same(expected.MtevalBleuPlus1, MtevalBleu.Score(corpus, smoothing: 1), "BLEU+1");
        Same(expected.MtevalNist, MtevalNist.Score(corpus), "NIST");
        Same(expected.RougeL, RougeL.Score(corpus), "ROUGE-L");
        Same(expected.Cider, Cider.Score(corpus), "CIDEr");
        var coco = CocoBleu.Score(corpus);
        Assert.Equal(4, expected.CocoBleu.Length);
        for (var index = 0; index < coco.Count; index++)
            Same(expected.CocoBleu[index], coco[index], $"BLEU-{index + 1}");
        Assert.Equal(expected.MultiBleuDetok, MultiBleuDetok.Score(corpus).Line);
        Assert.Equal(expected.MultiBleuDetokLowercased, MultiBleuDetok.Score(corpus, lowerCase: true).Line);
    }

    private static void Same(double expected, double actual, string what) =>
        Assert.True(Math.Abs(actual - expected) <= 1e-6 * Math.Abs(expected), $"{what}: expected {expected:R}, got {actual:R}");

    private sealed record Golden(string[] Hypotheses, string[][] References, GoldenScores Scores);

    private sealed record GoldenScores(
        double MtevalBleu,
        double MtevalNist,
        double RougeL,
        double Cider,
        string MultiBleuDetok,
        string MultiBleuDetokLowercased,
        [property: JsonPropertyName("mteval_bleu_plus1")] double MtevalBleuPlus1,
        [property: JsonPropertyName("coco_bleu_1_to_4")] double[] CocoBleu);
}
