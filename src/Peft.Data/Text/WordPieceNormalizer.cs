using Peft.Data.Unicode;

namespace Peft.Data;

/// <summary>BERT's cleaning of a text: controls, blanks, ideographs, case and accents.</summary>
internal sealed class WordPieceNormalizer(WordPieceOptions options)
{
    private const int CapitalIWithDot = 0x130, CombiningDot = 0x307;
    private readonly bool _stripAccents = options.StripAccents ?? options.LowerCase;

    /// <summary>Fills a buffer with a range of a text, normalised, in which added tokens are recognised.</summary>
    public void Normalize(string text, int start, int end, CodePointBuffer buffer)
    {
        Clean(text, start, end, buffer);
        if (!_stripAccents) return;
        buffer.Decompose();
        buffer.RemoveMarks();
    }

    /// <summary>Composes accents that are kept. The reference does so only after it has recognised added tokens.</summary>
    public void Finish(CodePointBuffer buffer)
    {
        if (!_stripAccents) buffer.Compose();
    }

    /// <summary>An added token's text as it is searched in a normalised text.</summary>
    public string Normalized(string token)
    {
        var buffer = new CodePointBuffer(UnicodeTables.Shared);
        Normalize(token, 0, token.Length, buffer);
        return new CodePointText().Write(buffer, 0, buffer.Count).ToString();
    }

    /// <summary>Lower-cases, removes what BERT removes and separates ideographs.</summary>
    private void Clean(string text, int start, int end, CodePointBuffer buffer)
    {
        var tables = UnicodeTables.Shared;
        buffer.Clear();
        for (var i = start; i < end;)
        {
            var (codePoint, width) = i + 1 < end && char.IsSurrogatePair(text[i], text[i + 1])
                ? (char.ConvertToUtf32(text[i], text[i + 1]), 2) : (text[i], 1);
            var (from, to) = (i, i + width);
            i = to;
            if (options.LowerCase && codePoint == CapitalIWithDot)
            {
                // The one code point whose lower case is two.
                buffer.Add('i', from, to);
                buffer.Add(CombiningDot, from, to);
                continue;
            }

            // Letter by letter, as in the reference, so that a final capital sigma becomes the ordinary small one.
            if (options.LowerCase) codePoint = tables.Lower(codePoint);
            var kind = tables.ClassOf(codePoint);
            if (kind == CharClass.Removed) continue;
            var apart = kind == CharClass.Ideograph && options.SplitIdeographs;
            if (apart) buffer.Add(' ', from, to);
            buffer.Add(kind is CharClass.Space or CharClass.Separator ? ' ' : codePoint, from, to);
            if (apart) buffer.Add(' ', from, to);
        }
    }
}
