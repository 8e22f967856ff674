using Microsoft.Extensions.DependencyInjection;
using Peft.Models;
using Peft.Data;
using Peft.Training;

namespace Peft.Tests.Training;

/// <summary>Contexts are decoded as training prompts them, and scored with every reference.</summary>
public sealed class GenerationScoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-score-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_set_is_scored_by_what_is_seen_and_what_is_not()
    {
        GenerationRecord[] records =
        [
            new("a", ["The Cat sat, on the mat."], "Animal", IsSeen: true),
            new("b", ["A dog ran home today", "a dog ran"], "Other", IsSeen: false),
        ];
        var scores = new DecodedSet("webnlg", records, ["the cat sat , on the mat .", "a bird flew away now"]).Score();
        Assert.Equal(0, scores["ter-seen"], 12); // lower case and divided as the references are
        Assert.Equal(1, scores["multi-bleu-seen"], 6);
        Assert.Equal(0.8, scores["ter-unseen"], 12); // of five words only "a" may stay
        Assert.InRange(scores["multi-bleu"], 0.01, 0.99);
        var all = GenerationCorpus.From(
            ["the cat sat , on the mat .", "a bird flew away now"],
            [["the cat sat , on the mat ."], ["a dog ran home today", "a dog ran"]]);
        Assert.Equal(GenerationScorer.Score(all, ["multi-bleu"])[0].Value, scores["multi-bleu"], 12);
        Assert.DoesNotContain("bleu-seen", new DecodedSet("e2e", [records[0]], ["x"]).Score().Keys);
    }

    /// <summary>A run is trained by then: one long reference must not lose its other scores.</summary>
    [Fact]
    public void A_metric_for_which_a_text_is_too_long_is_left_out_with_a_notice()
    {
        var reference = string.Join(' ', Enumerable.Repeat("word", TranslationEditRate.MaxWords + 1));
        var notices = new List<string>();
        var scores = new DecodedSet("webnlg", [new("a", [reference])], ["word word"]).Score(notices.Add);
        Assert.Equal(["meteor", "multi-bleu"], scores.Keys.Order());
        Assert.StartsWith("ter is not among the scores: record 1: has a text of 1,001 words", Assert.Single(notices));
    }

    /// <summary>Reported as adapters#327: positions of virtual tokens are not counted when prompts are cut.</summary>
    [Theory]
    [InlineData("lora", 0)]
    [InlineData("prompt", 20)]
    [InlineData("prefix", 0)]
    [InlineData("prefix", 10, "prefix.shiftPositions=true")]
    public void Contexts_longer_than_the_positions_left_are_cut(string method, int reserved, params string[] settings)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        var tokenizer = TokenizerFiles.Load(BackboneSource.Folder(BackboneSource.BuiltInDecoder));
        var backbone = new CausalLanguageModel(Decoding.TinyDecoder.Config(vocabulary: 8192, positions: 64));
        var model = new PeftModel(backbone, BackboneModel.Cast(backbone).HeadName);
        model.Attach(MethodExpression.Parse(
            Conformance.Subject.Registry, method, settings.ToDictionary(one => one.Split('=')[0], one => one.Split('=')[1])), seed: 1);
        var options = GenerationOptions.Greedy with { MaxNewTokens = 8, EndTokens = [] };
        Assert.Equal(64 - 8 - reserved, new TokenGenerator(backbone, model.Run).LongestPrompt(options));
        var contexts = ((string[])["name : a", string.Join(' ', Enumerable.Repeat("near the river", 60))])
            .Select(context => new GenerationRecord(context, ["a"])).ToList();
        var decoded = new ContextDecoder(model, tokenizer, "e2e").Decode(new GenerationSet("", contexts), options);
        Assert.Equal(2, decoded.Texts.Count);
    }

    [Fact]
    public void Files_are_read_as_they_were_scored()
    {
        var set = new DecodedSet("e2e", [new("a", ["One text.", "Another\ntext."]), new("b", ["Two."])], ["One text", " Two\nlines. "]);
        set.Write(_folder);
        var (corpus, _) = CorpusReader.Read(
            Path.Combine(_folder, DecodedSet.TextsName), [Path.Combine(_folder, DecodedSet.ReferencesName)]);
        Assert.Equal(["One text", "Two lines."], corpus.Records.Select(record => record.Hypothesis));
        Assert.Equal(["One text.", "Another text."], corpus.Records[0].References);
        Assert.Equal(set.Score()["nist"], GenerationScorer.Score(corpus, ["nist"])[0].Value, 12);
    }

    [Theory]
    [InlineData("\r")]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\v")]
    [InlineData("\f")]
    [InlineData("\u0085")]
    [InlineData("\u2028")]
    [InlineData("\u2029")]
    public void A_text_with_a_line_end_is_one_line_in_the_files_and_shifts_nothing(string lineEnd)
    {
        var odd = $"One{lineEnd}text{lineEnd}";
        var set = new DecodedSet("e2e", [new("a", [odd, "b"]), new("c", ["Two"])], [odd, "Two"]);
        set.Write(_folder);
        var files = (Hypotheses: Path.Combine(_folder, DecodedSet.TextsName), References: Path.Combine(_folder, DecodedSet.ReferencesName));
        var (corpus, _) = CorpusReader.Read(files.Hypotheses, [files.References]);
        Assert.Equal(["One text", "Two"], corpus.Records.Select(record => record.Hypothesis));
        Assert.Equal(["One text", "b", "Two"], corpus.Records.SelectMany(record => record.References));
        Assert.Equal(2, File.ReadAllText(files.Hypotheses).Split(['\n', '\r', '\v', '\f', '\u0085', '\u2028', '\u2029']).Length - 1);
    }

    [Fact]
    public void Skipped_rows_of_every_part_are_notices()
    {
        foreach (var part in (string[])["train", "valid", "test"])
            File.WriteAllText(Path.Combine(_folder, $"{part}.txt"), $"a||{part}\nno separator\nb||c\n");
        var options = new TrainingOptions { Data = _folder, Score = "test" };
        Assert.Contains("--skip-malformed", Assert.Throws<TaskFileFormatException>(() => new GenerationTask("e2e").Read(options)).Message);
        Assert.Equal(
            ((string[])["train", "valid", "test"]).Select(part => $"{Path.Combine(_folder, part)}.txt: 1 malformed row skipped (line 2)"),
            new GenerationTask("e2e").Read(options with { SkipMalformed = true }).Notices);
    }

    [Fact]
    public void A_run_that_scores_writes_texts_and_a_loaded_run_writes_the_same()
    {
        var options = new TrainingOptions
        {
            Task = VenueTask.Name, Method = "adamix(lora)", Epochs = 1, MaxSteps = 4, BatchSize = 8, TrainLimit = 32, DevLimit = 8,
                MaxLength = 64, Threads = 1, Score = "test",
            Output = Path.Combine(_folder, "run"),
        };
        using var host = Watching.Host();
        var result = host.Services.GetRequiredService<FineTuner>().Run(options, new Watching(), CancellationToken.None);
        using var trained = TrainedModel.Load(options.Output, host.Services.GetRequiredService<MethodRegistry>());
        var decoded = trained.Contexts.Decode(VenueTask.Create(GenerationSplit.Test));
        Assert.Equal(File.ReadAllLines(Path.Combine(options.Output, DecodedSet.TextsName)), decoded.Texts);
        Assert.Equal(60, decoded.Texts.Count);
        foreach (var (name, value) in decoded.Score())
            Assert.Equal(value, result.Metrics[name], 12);
    }

    [Fact]
    public void A_context_is_prompted_with_the_end_token_behind_it()
    {
        var folder = BackboneSource.Folder(BackboneSource.BuiltInDecoder);
        using var model = new PeftModel(Pretrained.LanguageModel(folder));
        var (tokenizer, decoder) = (TokenizerFiles.Load(folder), (CausalLanguageModel)model.Backbone);
        var options = GenerationOptions.Greedy with { MaxNewTokens = 5, EndTokens = [] };
        var set = new GenerationSet(
            "f", [new("name[Old Mill]", ["x"]), new(string.Concat(Enumerable.Repeat("a very long context ", 200)), ["y"]),
            new("name[Old Mill]", ["z"])]);
        var texts = new ContextDecoder(model, tokenizer, "e2e").Decode(set, options, batchSize: 1).Texts;
        var found = new TokenGenerator(decoder)
            .Generate([[.. BackboneSource.TokensOf(tokenizer, "name[Old Mill]"), decoder.Decoder.Config.EndId]], options);
        Assert.Equal(tokenizer.Decode(found[0].Tokens).ReplaceLineEndings(" ").Trim(), texts[0]);
        Assert.Equal(2, texts.Count);
    }

    [Fact]
    public void Documents_are_packed_without_loss()
    {
        var tokenizer = TokenizerFiles.Load(BackboneSource.Folder(BackboneSource.BuiltInDecoder));
        var packed = new GenerationEncoder(tokenizer, 8191, 5).Pack(["one two three four", "five six"]);
        int[] expected = [.. BackboneSource.TokensOf(tokenizer, "one two three four"), 8191,
            .. BackboneSource.TokensOf(tokenizer, "five six"), 8191];
        Assert.Equal(expected, packed.SelectMany(example => example.Ids));
        Assert.All(packed, example => Assert.Equal(1, example.CompletionStart));
        Assert.All(packed.SkipLast(1), example => Assert.Equal(5, example.Ids.Length));
    }
}
