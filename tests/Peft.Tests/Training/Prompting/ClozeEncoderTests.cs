using Peft.Data;
using Peft.Training;

namespace Peft.Tests.Training.Prompting;

/// <summary>Prompts as tokens: what is cut and what never is, the mask's place, demonstrations.</summary>
public sealed class ClozeEncoderTests
{
    private static readonly ITokenizer s_tokenizer = TokenizerFiles.Load(BackboneSource.Folder(BackboneSource.BuiltIn));
    private static readonly ClozePrompt s_single = Prompt("{text} It was {mask}."), s_pair = Prompt("{text}? {mask}, {pair}");

    [Fact]
    public void A_short_text_has_the_tokens_of_the_filled_template()
    {
        var row = Encode(s_single, "a fine film");
        Assert.Equal(s_tokenizer.Encode("a fine film It was [MASK].").Ids, row.Ids);
        Assert.Equal(s_tokenizer.IdOf("[MASK]"), row.Ids[row.Place!.Value]);
    }

    [Fact]
    public void Only_the_text_is_cut()
    {
        const string Text = "the old mill by the river and a long bridge over it";
        var whole = Encode(s_single, Text);
        for (var length = whole.Ids.Length; length >= 7; length--)
        {
            var row = Encode(s_single, Text, maxLength: length);
            Assert.Equal(length, row.Ids.Length);
            Assert.Equal(whole.Ids[^5..], row.Ids[^5..]); // it was [MASK] . [SEP]
            Assert.Equal(whole.Ids[..(length - 5)], row.Ids[..^5]);
            Assert.Equal(s_tokenizer.IdOf("[MASK]"), row.Ids[row.Place!.Value]);
        }

        Assert.Contains("6 leaves no room for the text: prompt 'test' has 6 tokens of its own", Assert.Throws<TrainingOptionsException>(
            () => Encode(s_single, Text, maxLength: 6)).Message);
    }

    [Fact]
    public void Of_a_pair_the_longer_text_is_cut_first()
    {
        var row = Encode(s_pair, "the old mill by the river and a long bridge", pair: "it is old", maxLength: 12);
        Assert.Equal("[CLS] the old mill by? [MASK], it is old [SEP]", s_tokenizer.Decode(row.Ids, skipSpecialTokens: false));
    }

    [Theory]
    [InlineData(3, 4, 9)]
    [InlineData(10, 3, 8)]
    [InlineData(10, 9, 7)]
    [InlineData(2, 9, 6)]
    public void Two_texts_are_cut_as_by_the_tokenizer(int first, int second, int room)
    {
        var (one, other) = LongestFirst.Cut(first, second, room);
        Assert.Equal([one, other], SlotLengths.Fit([first, second], room));
    }

    [Fact]
    public void Several_texts_are_cut_to_one_level() => Assert.Equal([4, 2, 4, 3, 1], SlotLengths.Fit([9, 2, 5, 7, 1], 14));

    [Fact]
    public void A_mask_in_the_text_is_not_the_prompts()
    {
        var row = Encode(s_single, "a [MASK] film");
        Assert.Equal(2, row.Ids.Count(id => id == s_tokenizer.IdOf("[MASK]")));
        Assert.Equal(Encode(s_single, "a fine film").Place, row.Place);
    }

    [Fact]
    public void Demonstrations_follow_with_their_words()
    {
        var row = Encode(s_single, "a fine film", shown: [new("dull", null, 0), new("superb", null, 1)]);
        Assert.Equal(
            "[CLS] a fine film it was [MASK]. [SEP] dull it was bad. [SEP] superb it was good. [SEP]".Replace("superb", Spelled("superb")),
            s_tokenizer.Decode(row.Ids, skipSpecialTokens: false));
        Assert.Equal(Encode(s_single, "a fine film").Place, row.Place);
    }

    [Fact]
    public void The_seed_decides_the_demonstrations()
    {
        Example[] train = [.. Enumerable.Range(0, 12).Select(row => new Example($"text {row}", null, row % 3))];
        Demonstrations Of(long seed, int perLabel = 2) => new(train, 3, perLabel, seed);
        Assert.Equal(Of(1).Common(), Of(1).Common());
        Assert.NotEqual(Of(1).Common(), Of(2).Common());
        Assert.Equal([0, 0, 1, 1, 2, 2], Of(1).Common().Select(shown => shown.Label));
        Assert.Equal(Of(1).OfTraining(5), Of(1).OfTraining(5));
        for (var row = 0; row < train.Length; row++)
            Assert.DoesNotContain(train[row].Text, Of(1, perLabel: 9).OfTraining(row).Select(shown => shown.Text));
        Assert.Empty(Of(1, perLabel: 0).Common());
    }

    /// <summary>Byte-level vocabularies have another token behind a blank, and their mask takes the blank before it.</summary>
    [Fact]
    public void Roberta_s_words_are_those_behind_a_blank()
    {
        var tokenizer = TokenizerFiles.Load(SharedData.Require("data", "vocab", "roberta-base"));
        Assert.Equal(
            BuiltInPrompts.All.Select(prompt => string.Join(' ', prompt.Words.Select(word => "Ġ" + word.Word))),
            BuiltInPrompts.All.Select(prompt => string.Join(' ', Verbaliser.Tokens(prompt, tokenizer, "roberta-base").Select(
                id => tokenizer.TokenOf((int)id)))));
        var row = new ClozeEncoder(ClozePrompt.Find("MNLI"), tokenizer, "roberta-base").Encode("It rains.", "The street is wet.", [], 32);
        Assert.Equal(
            ["<s>", "It", "Ġrains", "?", "<mask>", ",", "Ġthe", "Ġstreet", "Ġis", "Ġwet", ".", "</s>"], row.Ids.Select(tokenizer.TokenOf));
        Assert.Equal(4, row.Place);
    }

    [Theory]
    [InlineData("bad", "splendidly", "the word 'splendidly' of label 'positive' is 2 tokens (splendid, ##ly) in the vocabulary")]
    [InlineData("bad", "☃", "the word '☃' of label 'positive' is no token in the vocabulary of builtin")]
    [InlineData("good", "Good", "the word 'Good' of label 'positive' is the same token as that of label 'negative'")]
    public void A_word_that_is_not_one_token_is_refused(string negative, string positive, string problem) => Assert.Contains(
        problem, Assert.Throws<PromptException>(() => Verbaliser.Tokens(
            ClozePrompt.Create("test", "{text} {mask}", [new("negative", negative), new("positive", positive)], "test"), s_tokenizer,
            "builtin")).Message);

    private static string Spelled(string word) => s_tokenizer.Decode(s_tokenizer.Encode(word).Ids);

    private static EncodedRow Encode(
        ClozePrompt prompt, string text, string? pair = null, IReadOnlyList<Demonstration>? shown = null, int maxLength = 64) =>
        new ClozeEncoder(prompt, s_tokenizer, "builtin").Encode(text, pair, shown ?? [], maxLength);

    private static ClozePrompt Prompt(string template) =>
        ClozePrompt.Create("test", template, [new("negative", "bad"), new("positive", "good")], "test");
}
