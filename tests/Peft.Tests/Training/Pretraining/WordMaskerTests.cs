using Peft.Data;
using Peft.Training;

namespace Peft.Tests.Training;

public sealed class WordMaskerTests
{
    private static readonly ITokenizer s_tokenizer = TokenizerFiles.Load(BackboneSource.Folder(BackboneSource.BuiltIn));
    private static readonly string[] s_documents =
        [.. Enumerable.Range(0, 200).Select(at => $"The unbelievably old town of Gettysburg has {at} houses, and antidisestablishment.")];

    [Fact]
    public void Windows_hold_every_token_once_with_separators_between_documents()
    {
        var windows = new PackedWindows(s_tokenizer, 32).Pack(s_documents);
        var (first, last) = (s_tokenizer.IdOf("[CLS]")!.Value, s_tokenizer.IdOf("[SEP]")!.Value);
        Assert.All(windows, window => Assert.Equal((first, last), (window.Ids[0], window.Ids[^1])));
        Assert.All(windows.SkipLast(1), window => Assert.Equal(32, window.Ids.Length));
        int[] expected = [.. s_documents.SelectMany((text, at) => (at == 0 ? (int[])[] : [last]).Concat(BackboneSource.TokensOf(
            s_tokenizer, text)))];
        Assert.Equal(expected, windows.SelectMany(window => window.Ids[1..^1]));
    }

    [Fact]
    public void Words_are_runs_of_letters_and_digits()
    {
        var window = Assert.Single(new PackedWindows(s_tokenizer, 64).Pack(["Gettysburg, 1863!"]));
        var words = window.Words.Select(word => s_tokenizer.Decode(word.Select(at => window.Ids[at])).Replace(" ", "",
            StringComparison.Ordinal));
        Assert.Equal(["gettysburg", ",", "1863", "!"], words);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_15_percent_80_are_masked_10_random_and_10_stay(bool wholeWords)
    {
        var windows = new PackedWindows(s_tokenizer, 64).Pack(s_documents);
        var masker = new WordMasker(s_tokenizer, wholeWords, "builtin");
        HashSet<int> special = [.. s_tokenizer.Encode("").Ids, s_tokenizer.PadId, masker.MaskId];
        var (all, chosen, masked, kept) = (0, 0, 0, 0);
        for (var epoch = 1; epoch <= 10; epoch++)
        {
            for (var row = 0; row < windows.Count; row++)
            {
                var window = windows[row];
                var result = masker.Mask(window, seed: 1, epoch, row);
                all += window.Maskable;
                chosen += result.Positions.Length;
                masked += result.Positions.Count(at => result.Ids[at] == masker.MaskId);
                kept += result.Positions.Count(at => result.Ids[at] == window.Ids[at]);
                Assert.Equal(result.Positions.Select(at => (long)window.Ids[at]), result.Labels);
                Assert.DoesNotContain(result.Positions, at => special.Contains(window.Ids[at]));
                Assert.All(Enumerable.Range(0, window.Ids.Length).Except(result.Positions), at => Assert.Equal(window.Ids[at],
                    result.Ids[at]));
                if (wholeWords)
                    Assert.All(window.Words, word => Assert.True(word.All(result.Positions.Contains)
                        || !word.Any(result.Positions.Contains)));
            }
        }

        Assert.InRange(chosen / (double)all, wholeWords ? 0.12 : 0.14, 0.16);
        Assert.InRange(masked / (double)chosen, 0.77, 0.83);
        Assert.InRange(kept / (double)chosen, 0.08, 0.12);
    }

    [Fact]
    public void Masks_depend_on_seed_epoch_and_window_only()
    {
        var window = new PackedWindows(s_tokenizer, 64).Pack(s_documents)[0];
        var masker = new WordMasker(s_tokenizer, wholeWords: false, "builtin");
        var expected = masker.Mask(window, 1, 1, 0);
        Assert.Equal(expected.Ids, masker.Mask(window, 1, 1, 0).Ids);
        Assert.NotEqual(expected.Positions, masker.Mask(window, 2, 1, 0).Positions);
        Assert.NotEqual(expected.Positions, masker.Mask(window, 1, 2, 0).Positions);
        Assert.NotEqual(expected.Positions, masker.Mask(window, 1, 1, 1).Positions);
    }

    [Fact]
    public void A_window_of_one_token_has_it_masked() => Assert.Single(new WordMasker(s_tokenizer, wholeWords: true, "builtin").Mask(
        Assert.Single(new PackedWindows(s_tokenizer, 8).Pack(["a"])), 1, 1, 0).Positions);

    [Fact]
    public void A_vocabulary_without_a_mask_token_is_refused() => Assert.Contains(
        "the vocabulary has no mask token ([MASK] or <mask>)", Assert.Throws<MaskTokenException>(() => new WordMasker(
            TokenizerFiles.Load(BackboneSource.Folder(BackboneSource.BuiltInDecoder)), false, "builtin-gpt2")).Message);
}
