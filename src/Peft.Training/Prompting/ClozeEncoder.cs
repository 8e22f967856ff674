using Peft.Data;

namespace Peft.Training;

/// <summary>
/// Writes texts into a prompt's template and encodes them. Where the result is too long, the texts are cut at their ends, the longest
/// first; the template and the mask never are. Demonstrations follow the text, each closed by the vocabulary's separator.
/// </summary>
/// <remarks>
/// The filled template is encoded as one text, so that its tokens are those of the same sentence anywhere else; which of them belong to a
/// text follows from their offsets.
/// </remarks>
internal sealed class ClozeEncoder
{
    private readonly ClozePrompt _prompt;
    private readonly ITokenizer _tokenizer;
    private readonly int _mask;
    private readonly int[] _before, _behind;

    /// <param name="prompt">The prompt.</param>
    /// <param name="tokenizer">The encoder's tokenizer.</param>
    /// <param name="backbone">The backbone, for messages.</param>
    /// <exception cref="MaskTokenException">The vocabulary has no mask token.</exception>
    public ClozeEncoder(ClozePrompt prompt, ITokenizer tokenizer, string backbone)
    {
        (_prompt, _tokenizer) = (prompt, tokenizer);
        _mask = WordMasker.FindMask(tokenizer) ?? throw new MaskTokenException(
            $"{backbone}: the vocabulary has no mask token, which prompts need; choose an encoder that was pretrained on masked words.");
        var around = tokenizer.Encode("").Ids;
        (_before, _behind) = (around[..(around.Length / 2)], around[(around.Length / 2)..]); // [CLS] [SEP], <s> </s>
    }

    /// <summary>The number of tokens of a text without a limit.</summary>
    public int Measure(string text, string? pair, IReadOnlyList<Demonstration> shown) =>
        Segments(text, pair, shown).Sum(segment => segment.Ids.Length + _behind.Length) + _before.Length;

    /// <summary>Encodes a text.</summary>
    /// <param name="text">The text, or the first text of a pair.</param>
    /// <param name="pair">The second text; null for single texts.</param>
    /// <param name="shown">The demonstrations.</param>
    /// <param name="maxLength">The largest number of tokens.</param>
    /// <returns>The tokens; their place is that of the mask.</returns>
    /// <exception cref="TrainingOptionsException">The prompt leaves no room for texts.</exception>
    public EncodedRow Encode(string text, string? pair, IReadOnlyList<Demonstration> shown, int maxLength)
    {
        var segments = Segments(text, pair, shown);
        var (ids, place) = (new List<int>(_before), 0);
        var lengths = segments.SelectMany(segment => segment.Slots).ToList();
        var prompt = _before.Length + segments.Sum(segment => segment.Ids.Length + _behind.Length) - lengths.Sum();
        if (maxLength - prompt < lengths.Count(length => length > 0))
            throw new TrainingOptionsException(
                "max-length", $"{maxLength} leaves no room for the {(lengths.Count > 1 ? "texts" : "text")}: prompt '{_prompt.Name}' "
                    + $"{(shown.Count > 0 ? $"with {shown.Count} demonstrations " : "")}has {prompt} tokens of its own; give more"
                    + (shown.Count > 0 ? ", or fewer --demonstrations" : ""));
        var kept = new Queue<int>(SlotLengths.Fit(lengths, maxLength - prompt));
        foreach (var segment in segments)
        {
            int[] own = [.. segment.Slots.Select(_ => kept.Dequeue())];
            var passed = new int[own.Length];
            for (var at = 0; at < segment.Ids.Length; at++)
            {
                if (segment.SlotOf[at] is >= 0 and var slot && passed[slot]++ >= own[slot])
                    continue;
                if (at == segment.Mask)
                    place = ids.Count;
                ids.Add(segment.Ids[at]);
            }

            ids.AddRange(_behind);
        }

        return new EncodedRow([.. ids], new int[ids.Count], place);
    }

    private List<Segment> Segments(string text, string? pair, IReadOnlyList<Demonstration> shown) =>
    [
        Write(text, pair, word: null),
        .. shown.Select(example => Write(example.Text, example.Pair, _prompt.Words[example.Label].Word)),
    ];

    private Segment Write(string text, string? pair, string? word)
    {
        var filled = _prompt.Template.Fill(
            text, pair, word ?? _tokenizer.TokenOf(_mask), one => WithoutLast(_tokenizer, one));
        var encoding = _tokenizer.Encode(filled.Text);
        int[] tokens = [.. Enumerable.Range(0, encoding.Length).Where(at => !encoding.SpecialTokenMask[at])];
        var (slots, slotOf) = (new int[filled.Slots.Count], new int[tokens.Length]);
        var mask = -1;
        for (var index = 0; index < tokens.Length; index++)
        {
            var span = encoding.Offsets[tokens[index]];
            slotOf[index] = SlotAt(filled.Slots, span);
            if (slotOf[index] >= 0)
                slots[slotOf[index]]++;
            else if (word is null && encoding.Ids[tokens[index]] == _mask && span.Start <= filled.Mask.Start && span.End >= filled.Mask.End)
                mask = index;
        }

        return word is not null || mask >= 0
            ? new Segment([.. tokens.Select(at => encoding.Ids[at])], slotOf, slots, mask)
            : throw new InvalidOperationException($"the tokenizer does not find its own mask token in '{Excerpt.Cut(filled.Text)}'.");
    }

    /// <summary>The text that a token is wholly in; -1 for the template.</summary>
    private static int SlotAt(IReadOnlyList<TextSpan> slots, TextSpan token)
    {
        for (var slot = 0; slot < slots.Count && token.Length > 0; slot++)
        {
            if (token.Start >= slots[slot].Start && token.End <= slots[slot].End)
                return slot;
        }

        return -1;
    }

    /// <summary>A text without its last token. A text of one token stays.</summary>
    internal static string WithoutLast(ITokenizer tokenizer, string text)
    {
        var encoding = tokenizer.Encode(text);
        var last = Enumerable.Range(0, encoding.Length).LastOrDefault(at => !encoding.SpecialTokenMask[at], -1);
        return last < 0 || text[..encoding.Offsets[last].Start].TrimEnd() is not { Length: > 0 } rest ? text : rest;
    }

    /// <summary>A filled template.</summary>
    /// <param name="Ids">Its tokens without special tokens around them.</param>
    /// <param name="SlotOf">The text that each token belongs to; -1 for the template's.</param>
    /// <param name="Slots">The number of tokens of each text.</param>
    /// <param name="Mask">The index of the mask; -1 for none.</param>
    private sealed record Segment(int[] Ids, int[] SlotOf, int[] Slots, int Mask);
}
