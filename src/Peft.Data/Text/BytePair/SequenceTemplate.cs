using System.Globalization;

namespace Peft.Data;

/// <summary>The order of texts and added tokens in a sequence.</summary>
internal sealed class SequenceTemplate
{
    private const int Added = -1;
    private readonly List<Part> _parts = [];

    /// <param name="template">Tokens, <c>$A</c> and <c>$B</c>, separated by blanks; <c>:1</c> after one sets its type id.</param>
    /// <param name="texts">The number of texts that it must contain, in order.</param>
    /// <param name="idOf">The id of a token; throws if unknown.</param>
    /// <param name="source">The file, for messages.</param>
    public SequenceTemplate(string template, int texts, Func<string, int> idOf, string source)
    {
        var seen = 0;
        foreach (var item in template.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = item.LastIndexOf(':');
            var typed = int.TryParse(item.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var typeId) && colon > 0;
            var name = typed ? item[..colon] : item;
            if (name is "$A" or "$B")
            {
                if (name != (seen++ == 0 ? "$A" : "$B")) throw Wrong(template, texts, source);
                _parts.Add(new Part(seen - 1, 0, typed ? typeId : 0));
                continue;
            }

            _parts.Add(new Part(Added, idOf(name), typed ? typeId : 0));
        }

        if (seen != texts) throw Wrong(template, texts, source);
        AddedCount = _parts.Count - texts;
    }

    /// <summary>Tokens that the template adds.</summary>
    public int AddedCount { get; }

    public EncodedText Fill(PieceList first, int firstCount, PieceList second, int secondCount)
    {
        var encoding = new EncodedText(firstCount + secondCount + AddedCount);
        var index = 0;
        foreach (var part in _parts)
        {
            if (part.Text == Added)
            {
                encoding.SetAdded(index++, part.Id, part.TypeId);
                continue;
            }

            var (pieces, count) = part.Text == 0 ? (first, firstCount) : (second, secondCount);
            encoding.SetText(index, pieces, count, part.TypeId, part.Text);
            index += count;
        }

        return encoding;
    }

    private static TokenizerConfigException Wrong(string template, int texts, string source) => new(
        $"{source}: the template '{template}' for "
            + $"{(texts == 1 ? "one text must hold $A once" : "two texts must hold $A and then $B, each once")}.");

    private readonly record struct Part(int Text, int Id, int TypeId);
}
