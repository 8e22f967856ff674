using System.Text;
using Peft.Data;

namespace Peft.Training;

/// <summary>A window of consecutive text for an encoder.</summary>
/// <param name="Ids">Token ids with special tokens.</param>
/// <param name="Words">The positions of the tokens of each word, all of which may be masked; special tokens are in none.</param>
internal sealed record PackedWindow(int[] Ids, int[][] Words)
{
    /// <summary>The number of tokens that may be masked.</summary>
    public int Maskable { get; } = Words.Sum(word => word.Length);
}

/// <summary>
/// Packs documents into windows of equal length: their tokens one after the other, with the separator between documents, and the
/// vocabulary's special tokens around each window.
/// </summary>
/// <param name="tokenizer">The encoder's tokenizer.</param>
/// <param name="maxLength">The number of tokens in a window, including special tokens.</param>
internal sealed class PackedWindows(ITokenizer tokenizer, int maxLength)
{
    /// <summary>Packs documents.</summary>
    /// <param name="documents">The documents.</param>
    /// <returns>The windows; the last one may be shorter.</returns>
    public IReadOnlyList<PackedWindow> Pack(IEnumerable<string> documents)
    {
        var around = tokenizer.Encode("").Ids;
        var before = around.Length / 2; // [CLS] [SEP], <s> </s>: as many in front as behind, or one more behind
        int[] behind = around[before..];
        var room = maxLength - around.Length;
        if (room < 1)
            throw new TrainingOptionsException("max-length", $"{maxLength} leaves no room between {around.Length} special tokens");
        var windows = new List<PackedWindow>();
        var (ids, words) = (new List<int>(), new List<List<int>>());
        foreach (var (id, startsWord) in Stream(documents, behind))
        {
            if (ids.Count == room)
                Close();
            if (startsWord is true || (startsWord is false && words.Count == 0))
                words.Add([]);
            if (startsWord is not null)
                words[^1].Add(before + ids.Count);
            ids.Add(id);
        }

        Close();
        return windows;

        void Close()
        {
            if (words.Count > 0)
                windows.Add(new PackedWindow([.. around[..before], .. ids, .. behind], [.. words.Select(word => word.ToArray())]));
            ids.Clear();
            words.Clear();
        }
    }

    /// <summary>Tokens, and whether each begins a word; null for separators.</summary>
    private IEnumerable<(int Id, bool? StartsWord)> Stream(IEnumerable<string> documents, int[] separators)
    {
        var isFirst = true;
        foreach (var document in documents)
        {
            if (!isFirst && separators.Length > 0)
                yield return (separators[0], null);
            isFirst = false;
            var encoding = tokenizer.Encode(document);
            for (var at = 0; at < encoding.Length; at++)
            {
                if (!encoding.SpecialTokenMask[at])
                    yield return (encoding.Ids[at], StartsWord(document, encoding.Offsets[at].Start));
            }
        }
    }

    /// <summary>
    /// Whether a token begins a word. It does not if there are letters or digits on both sides of its start. Ideographs are words of their
    /// own.
    /// </summary>
    private static bool StartsWord(string text, int start)
    {
        if (start <= 0 || start >= text.Length)
            return true;
        var (before, after) = (RuneBefore(text, start), Rune.TryGetRuneAt(text, start, out var rune) ? rune : Rune.ReplacementChar);
        return !(WordSplit.IsWord(before) && WordSplit.IsWord(after)) || IsIdeograph(before) || IsIdeograph(after);
    }

    private static Rune RuneBefore(string text, int at) => Rune.TryGetRuneAt(text, at - 1, out var rune) ? rune
        : at > 1 && Rune.TryGetRuneAt(text, at - 2, out rune) ? rune : Rune.ReplacementChar;

    private static bool IsIdeograph(Rune rune) => rune.Value is >= 0x3400 and <= 0x9FFF or >= 0xF900 and <= 0xFAFF
        or >= 0x20000 and <= 0x2FFFF;
}
