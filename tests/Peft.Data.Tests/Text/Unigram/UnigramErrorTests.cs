using System.Text.Json.Nodes;
using Google.Protobuf;

namespace Peft.Data.Tests;

public sealed class UnigramErrorTests : IDisposable
{
    private static readonly (string, float, int)[] s_first = [("<unk>", 0, 2), ("<s>", 0, 3), ("</s>", 0, 3)];
    private readonly TemporaryFolder _folder = new();

    private static string Source => Path.Combine(AppContext.BaseDirectory, "Text", "Unigram", UnigramLoader.ModelName);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_small_model_splits_by_its_scores()
    {
        var tokenizer = Load(UnigramFiles.Model([.. s_first, ("\u2581", -3, 1), ("ab", -2, 1), ("a", -1.5f, 1), ("b", -1.5f, 1)]));
        Assert.Equal([0, 4, 5, 2], tokenizer.Encode("ab").Ids);
        Assert.Equal([0, 4, 7, 6, 3, 2], tokenizer.Encode("ba??").Ids);
        Assert.Equal(9, tokenizer.VocabularySize);
    }

    [Theory, InlineData(1), InlineData(1000), InlineData(200_000), InlineData(262_000)]
    public void A_model_that_is_cut_off_is_refused_in_one_line(int length)
    {
        var message = Assert.Throws<SentencePieceException>(() => Load(File.ReadAllBytes(Source)[..length])).Message;
        Assert.Contains(UnigramLoader.ModelName, message);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void Bytes_that_are_no_model_are_refused()
    {
        Assert.Throws<SentencePieceException>(() => Load([]));
        Assert.Throws<SentencePieceException>(() => Load("{\"model\": 1}"u8.ToArray()));
        Assert.Contains("UTF-8", Assert.Throws<SentencePieceException>(() => Load([0x0A, 0x03, 0x0A, 0x01, 0xFF])).Message);
    }

    [Theory, InlineData(4), InlineData(6), InlineData(99)]
    public void Pieces_of_other_kinds_are_refused_by_their_number(int kind) => Assert.Contains(
        "piece 3", Assert.Throws<SentencePieceException>(() => Load(UnigramFiles.Model([.. s_first, ("x", 0, kind)]))).Message);

    [Fact]
    public void A_model_with_other_first_pieces_is_refused() => Assert.Contains(
        "first pieces", Assert.Throws<SentencePieceException>(() => Load(UnigramFiles.Model(("<pad>", 0, 3), ("a", -1, 1)))).Message);

    [Fact]
    public void A_score_that_is_not_finite_is_refused() => Assert.Throws<SentencePieceException>(
        () => Load(UnigramFiles.Model([.. s_first, ("x", float.NaN, 1)])));

    [Fact]
    public void A_huge_number_of_pieces_is_refused()
    {
        var one = UnigramFiles.Model(("x", 0, 1));
        var many = new byte[one.Length * (SentencePieceModel.MaxPieces + 1)];
        for (var at = 0; at < many.Length; at += one.Length) one.CopyTo(many, at);
        Assert.Contains("pieces", Assert.Throws<SentencePieceException>(() => Load(many)).Message);
    }

    [Theory, InlineData(3, "Unigram"), InlineData(24, "treat_whitespace_as_suffix"), InlineData(35, "byte_fallback")]
    public void Settings_that_change_ids_are_refused(int field, string name)
    {
        using var trainer = new MemoryStream();
        var inner = new CodedOutputStream(trainer);
        inner.WriteTag(field, WireFormat.WireType.Varint);
        inner.WriteInt32(2);
        inner.Flush();
        using var file = new MemoryStream();
        var output = new CodedOutputStream(file);
        UnigramFiles.Field(output, 2, trainer.ToArray());
        output.Flush();
        Assert.Contains(name, Assert.Throws<SentencePieceException>(
            () => Load([.. UnigramFiles.Model(s_first), .. file.ToArray()])).Message);
    }

    [Fact]
    public void A_damaged_map_of_characters_is_refused_or_harmless()
    {
        Assert.Throws<SentencePieceException>(() => new CharacterMap([1, 0, 0], "m"));
        Assert.Throws<SentencePieceException>(() => new CharacterMap([8, 0, 0, 0, 1, 2, 3, 4], "m"));
        var random = new Random(5);
        for (var trial = 0; trial < 200; trial++)
        {
            var bytes = new byte[4 + 64 + 16];
            random.NextBytes(bytes);
            (bytes[0], bytes[1], bytes[2], bytes[3], bytes[^1]) = (64, 0, 0, 0, 0);
            var map = new CharacterMap(bytes, "m");
            for (var letter = 0; letter < 256; letter++)
                Assert.InRange(map.Longest([(byte)letter, 3, 200], out _), 0, 3);
        }
    }

    [Theory]
    [InlineData("normalizer", """{"type":"Lowercase"}""", "Lowercase")]
    [InlineData("normalizer", """{"type":"NFKC"}""", "NFKC")]
    [InlineData("normalizer", """{"type":"Precompiled","precompiled_charsmap":"*"}""", "base64")]
    [InlineData("normalizer", """{"type":"Replace","pattern":{"String":"a"},"content":"b"}""", "pattern")]
    [InlineData("pre_tokenizer", """{"type":"Metaspace","replacement":"_"}""", "replacement")]
    [InlineData("pre_tokenizer", """{"type":"Digits"}""", "Digits")]
    [InlineData("post_processor", """{"type":"ByteLevel"}""", "ByteLevel")]
    [InlineData("decoder", """{"type":"WordPiece"}""", "WordPiece")]
    [InlineData("model", """{"type":"Unigram","unk_id":0,"vocab":[["a"]]}""", "vocab[0]")]
    [InlineData("model", """{"type":"Unigram","unk_id":9,"vocab":[["a",0]]}""", "unk_id")]
    [InlineData("model", """{"type":"Unigram","vocab":[["a",0]]}""", "unk_id")]
    [InlineData("model", """{"type":"Unigram","unk_id":0,"byte_fallback":true,"vocab":[["a",0]]}""", "byte_fallback")]
    public void A_field_of_tokenizer_json_that_is_not_implemented_is_refused_by_name(string key, string value, string named)
    {
        var json = JsonNode.Parse(UnigramFiles.TokenizerJson(Source))!;
        json[key] = JsonNode.Parse(value);
        var path = Path.Combine(_folder.Path, "tokenizer.json");
        File.WriteAllText(path, json.ToJsonString());
        var message = Assert.ThrowsAny<TextException>(() => TokenizerFiles.Load(_folder.Path)).Message;
        Assert.Contains(named, message);
        Assert.Contains(path, message);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void The_step_Nmt_removes_control_characters_and_makes_blanks_spaces()
    {
        var (from, to) = (new OriginText(), new OriginText());
        from.Add("a\u200B\u0001b", 0, 4);
        NormalizerSteps.Nmt(from, to);
        Assert.Equal("a b", new string(to.Characters));
    }

    private UnigramTokenizer Load(byte[] model)
    {
        var path = Path.Combine(_folder.Path, UnigramLoader.ModelName);
        File.WriteAllBytes(path, model);
        return (UnigramTokenizer)TokenizerFiles.Load(_folder.Path);
    }
}
