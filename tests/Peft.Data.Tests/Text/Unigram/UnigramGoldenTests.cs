using System.Text;
using System.Text.Json;

namespace Peft.Data.Tests;

/// <summary>Ids and offsets against those that sentencepiece gave (make_unigram_goldens.py).</summary>
public sealed class UnigramGoldenTests
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "Text", "Unigram");

    private readonly UnigramTokenizer _tokenizer = UnigramTokenizer.Load(Path.Combine(s_folder, UnigramLoader.ModelName));

    [Fact]
    public void Ids_are_sentencepieces_plus_one()
    {
        foreach (var (text, ids, _) in Goldens())
            Assert.Equal((text, string.Join(' ', ids.Select(id => id == 0 ? 3 : id + 1))), (text, string.Join(' ', Plain(text))));
    }

    /// <summary>
    /// Where the pieces of one character's normalised form are several, sentencepiece gives the character to the first of them, and Peft to
    /// all of them.
    /// </summary>
    [Fact]
    public void Offsets_are_sentencepieces_without_the_blank_before_a_word()
    {
        var (same, all) = (0, 0);
        foreach (var (text, ids, spans) in Goldens())
        {
            var encoding = _tokenizer.Encode(text);
            for (var i = 0; i < ids.Length; i++)
            {
                var (start, end) = (Unit(text, spans[i].Start), Unit(text, spans[i].End));
                var token = _tokenizer.TokenOf(encoding.Ids[i + 1]);
                if (token != "\u2581")
                {
                    var (theirs, ours) = (Kept(text[start..end]), Kept(text[Range(encoding.Offsets[i + 1])]));
                    Assert.Contains(theirs, ours, StringComparison.Ordinal);
                    (same, all) = (same + (ours == theirs ? 1 : 0), all + 1);
                }

                Assert.InRange(encoding.Offsets[i + 1].Start, 0, encoding.Offsets[i + 1].End);
            }
        }

        Assert.InRange(same, (int)(0.95 * all), all);
    }

    [Fact]
    public void A_pair_has_two_separators_between_its_texts()
    {
        var encoding = _tokenizer.Encode("a", "a");
        Assert.Equal([0, 4, 39, 2, 2, 4, 39, 2], encoding.Ids);
        Assert.All(encoding.TypeIds, type => Assert.Equal(0, type));
        Assert.Equal([0, 4, 39, 2], _tokenizer.Encode("a", null, 4).Ids);
    }

    [Fact]
    public void Special_tokens_in_a_text_are_found_and_the_mask_takes_the_blank_before_it()
    {
        var mask = _tokenizer.VocabularySize - 1;
        Assert.Equal(mask, _tokenizer.MaskId);
        Assert.Equal([0, 4, 39, mask, 4, 39, 2], _tokenizer.Encode("a <mask>a").Ids);
        Assert.Equal(new TextSpan(1, 8), _tokenizer.Encode("a <mask>a").Offsets[3]);
        Assert.Equal([0, 4, 39, 0, 4, 39, 2, 1, 2], _tokenizer.Encode("a<s>a</s><pad>").Ids);
    }

    [Fact]
    public void A_tokenizer_json_with_the_same_model_gives_the_same_ids()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "tokenizer.json");
        File.WriteAllText(path, UnigramFiles.TokenizerJson(Path.Combine(s_folder, UnigramLoader.ModelName)));
        var other = UnigramTokenizer.Load(path);
        foreach (var (text, _, _) in Goldens().Where(golden => golden.Text.AsSpan().IndexOfAny('\u2581', '\u0085') < 0))
            Assert.Equal((text, string.Join(' ', Plain(text))), (text, string.Join(' ', other.Encode(text).Ids[1..^1])));
        Assert.IsType<UnigramTokenizer>(TokenizerFiles.Load(folder.Path));
    }

    [Fact]
    public void Decoding_gives_the_words_back()
    {
        Assert.Equal("a b", _tokenizer.Decode(_tokenizer.Encode("a b").Ids));
        Assert.Equal("<s> a</s>", _tokenizer.Decode(_tokenizer.Encode("a").Ids, skipSpecialTokens: false));
    }

    /// <summary>A text without blanks around it and without characters that normalisation removes, which no offsets cover here.</summary>
    private static string Kept(string text) => string.Concat(text.Where(character => !char.IsControl(character))).Trim();

    private static Range Range(TextSpan span) => span.Start..span.End;

    /// <summary>The ids without those of special tokens around the text; special tokens in it are not sentencepiece's.</summary>
    private IEnumerable<int> Plain(string text) => _tokenizer.Encode(text).Ids[1..^1];

    private static int Unit(string text, int rune) => text.EnumerateRunes().Take(rune).Sum(one => one.Utf16SequenceLength);

    private static IEnumerable<(string Text, int[] Ids, (int Start, int End)[] Spans)> Goldens()
    {
        foreach (var line in File.ReadLines(Path.Combine(s_folder, "goldens.jsonl"), Encoding.UTF8))
        {
            using var row = JsonDocument.Parse(line);
            var text = row.RootElement.GetProperty("text").GetString()!;
            if (text.Contains("s>", StringComparison.Ordinal) || text.Contains("<unk>") || text.Contains("<pad>")
                || text.Contains("<mask>"))
                continue;
            yield return (
                text, [.. row.RootElement.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())],
                [.. row.RootElement.GetProperty("spans").EnumerateArray().Select(span => (span[0].GetInt32(), span[1].GetInt32()))]);
        }
    }
}
