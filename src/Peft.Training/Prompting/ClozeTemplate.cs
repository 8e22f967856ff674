using System.Text;
using System.Text.RegularExpressions;
using Peft.Data;

namespace Peft.Training;

/// <summary>
/// How a text, or a pair of texts, and a mask become one text. <c>{text}</c>, <c>{pair}</c> and <c>{mask}</c> stand for them;
/// <c>{text:drop-last}</c> leaves out the text's last token, most often a full stop, and <c>{pair:lower-first}</c> begins it in lower case
/// (<c>sent-_0</c> and <c>+sentl_1</c> of LM-BFF, Gao et al. 2021, appendix).
/// </summary>
internal sealed partial class ClozeTemplate
{
    private const string Text = "text", Pair = "pair", Mask = "mask", DropLast = "drop-last", LowerFirst = "lower-first";

    private readonly IReadOnlyList<Part> _parts;

    private ClozeTemplate(string source, IReadOnlyList<Part> parts) => (Source, _parts) = (source, parts);

    /// <summary>The template as written.</summary>
    public string Source { get; }

    /// <summary>Whether it has two texts.</summary>
    public bool HasPair => _parts.Any(part => part.Place == Pair);

    /// <summary>Reads a template.</summary>
    /// <param name="source">The template.</param>
    /// <param name="problem">What is wrong with it; null for nothing.</param>
    /// <returns>The template; null if it is wrong.</returns>
    public static ClozeTemplate? Parse(string source, out string? problem)
    {
        var (parts, end) = (new List<Part>(), 0);
        foreach (Match match in Braces().Matches(source))
        {
            parts.Add(new Part(source[end..match.Index], null, []));
            var names = match.Groups[1].Value.Split([':', ','], StringSplitOptions.TrimEntries);
            parts.Add(new Part("", names[0], names[1..]));
            end = match.Index + match.Length;
        }

        parts.Add(new Part(source[end..], null, []));
        problem = Problem(parts);
        return problem is null ? new ClozeTemplate(source, parts) : null;
    }

    /// <summary>Fills the template.</summary>
    /// <param name="text">The text, or the first text of a pair.</param>
    /// <param name="pair">The second text; null for single texts.</param>
    /// <param name="answer">The text in place of the mask: the mask token, or a word. A blank is inserted before it if there is
    /// none.</param>
    /// <param name="withoutLast">Leaves out the last token of a text.</param>
    public FilledCloze Fill(string text, string? pair, string answer, Func<string, string> withoutLast)
    {
        var (filled, slots, mask) = (new StringBuilder(), new List<TextSpan>(), TextSpan.None);
        foreach (var part in _parts)
        {
            if (part.Place == Mask)
            {
                if (filled.Length > 0 && !char.IsWhiteSpace(filled[^1]))
                    filled.Append(' ');
                mask = new TextSpan(filled.Length, filled.Length + answer.Length);
                filled.Append(answer);
                continue;
            }

            if (part.Place is null)
            {
                filled.Append(part.Literal);
                continue;
            }

            var slot = Changed(part, (part.Place == Text ? text : pair ?? "").Trim(), withoutLast);
            slots.Add(new TextSpan(filled.Length, filled.Length + slot.Length));
            filled.Append(slot);
        }

        return new FilledCloze(filled.ToString(), slots, mask);
    }

    private static string Changed(Part part, string text, Func<string, string> withoutLast)
    {
        if (part.Changes.Contains(DropLast))
            text = withoutLast(text);
        return part.Changes.Contains(LowerFirst) && text.Length > 0 ? char.ToLowerInvariant(text[0]) + text[1..] : text;
    }

    private static string? Problem(IReadOnlyList<Part> parts)
    {
        string[] places = [Text, Pair, Mask], changes = [DropLast, LowerFirst];
        if (parts.FirstOrDefault(part => part.Place is not null && !places.Contains(part.Place)) is { } unknown)
            return $"has the place '{{{Excerpt.Cut(unknown.Place!)}}}'{NearestName.Hint(unknown.Place!, places)}; there are {{text}}, "
                + "{pair} and {mask}";
        if (parts.Any(part => part.Literal.AsSpan().ContainsAny('{', '}')))
            return "has a brace that is not closed or not opened; places are {text}, {pair} and {mask}";
        if (parts.SelectMany(part => part.Changes.Select(change => (part.Place, Change: change)))
            .FirstOrDefault(one => one.Place == Mask || !changes.Contains(one.Change)) is { Place: { } place, Change: var change })
            return $"has '{{{place}:{Excerpt.Cut(change)}}}'{NearestName.Hint(change, changes)}; {{text}} and {{pair}} take "
                + $"{string.Join(" and ", changes)}, {{mask}} nothing";
        int Count(string name) => parts.Count(part => part.Place == name);
        return (Count(Text), Count(Pair), Count(Mask)) switch
        {
            (not 1, _, _) => $"has {{text}} {Count(Text)} times; expected once",
            (_, > 1, _) => $"has {{pair}} {Count(Pair)} times; expected once, or not at all for single texts",
            (_, _, not 1) => $"has {{mask}} {Count(Mask)} times; expected once, where the word of the label belongs",
            _ => null,
        };
    }

    [GeneratedRegex(@"\{([^{}]*)\}")]
    private static partial Regex Braces();

    /// <summary>Literal text, or a place with its changes.</summary>
    private sealed record Part(string Literal, string? Place, string[] Changes);
}

/// <summary>A filled template.</summary>
/// <param name="Text">The whole text.</param>
/// <param name="Slots">Where the texts are in it.</param>
/// <param name="Mask">Where the mask or the word is.</param>
internal sealed record FilledCloze(string Text, IReadOnlyList<TextSpan> Slots, TextSpan Mask);
