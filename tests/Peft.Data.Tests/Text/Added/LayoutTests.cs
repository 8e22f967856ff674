namespace Peft.Data.Tests;

/// <summary>One vocabulary has the same ids, offsets and texts in every layout of its files.</summary>
public sealed class LayoutTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, int, bool> Cases()
    {
        var cases = new TheoryData<string, int, bool>();
        foreach (var family in (string[])["bert", "roberta", "gpt2"])
        {
            for (var number = 0; number < 12; number++) cases.Add(family, number, number % 3 == 0);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_layout_gives_the_same(string family, int number, bool defaultRules)
    {
        var one = LayoutCase.Make(family, number, defaultRules);
        var layouts = Enum.GetValues<TokenizerLayout>().Where(layout => defaultRules || layout != TokenizerLayout.AddedList).ToList();
        var tokenizers = layouts.Select(layout => Load(one, layout)).ToList();
        var size = Math.Max(one.Model.Length, one.Added.Max(token => token.Id) + 1);
        Assert.All(tokenizers, tokenizer => Assert.Equal(size, tokenizer.VocabularySize));
        Assert.All(one.All, token => Assert.All(tokenizers, tokenizer => Assert.Equal(token.Token.Content, tokenizer.TokenOf(token.Id))));
        foreach (var text in one.Texts())
        {
            var expected = tokenizers[0].Encode(text, "b " + text);
            for (var i = 1; i < tokenizers.Count; i++)
            {
                var found = tokenizers[i].Encode(text, "b " + text);
                Assert.True(expected.Ids.AsSpan().SequenceEqual(found.Ids), $"{layouts[0]} and {layouts[i]} differ in the ids of '{text}'");
                Assert.Equal(expected.Offsets, found.Offsets);
                Assert.Equal(tokenizers[0].Decode(expected.Ids), tokenizers[i].Decode(expected.Ids));
                Assert.Equal(
                    tokenizers[0].Decode(expected.Ids, skipSpecialTokens: false),
                    tokenizers[i].Decode(expected.Ids, skipSpecialTokens: false));
            }
        }
    }

    /// <summary>Equality alone would hold if no layout read its tokens.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_added_token_alone_is_itself(string family, int number, bool defaultRules)
    {
        var one = LayoutCase.Make(family, number, defaultRules);
        var layout = (TokenizerLayout)(defaultRules ? 0 : 1 + (number % 4));
        var tokenizer = Load(one, layout);
        // Others are found first in these (<ent>, a) or reduced by cleaning.
        foreach (var (id, token) in one.Added.Where(token => token.Token.Content is not ("\u0085z" or "naïve" or "Q" or "##a" or "<ent>x")))
        {
            var encoding = tokenizer.Encode(token.Content);
            Assert.Contains(id, encoding.Ids);
            Assert.Equal(new TextSpan(0, token.Content.Length), encoding.Offsets[Array.IndexOf(encoding.Ids, id)]);
            Assert.Contains(token.Content, tokenizer.Decode([id], skipSpecialTokens: false));
            Assert.Equal(token.Special, tokenizer.Decode([id]).Length == 0);
        }
    }

    private ITokenizer Load(LayoutCase one, TokenizerLayout layout)
    {
        var folder = Path.Combine(_folder.Path, layout.ToString());
        LayoutWriter.Write(one, layout, folder);
        return TokenizerFiles.Load(folder);
    }
}
