using Peft.Data;

namespace Peft.Training;

/// <summary>A part of a sentence that fits into the model, with the places of its words.</summary>
/// <param name="Sentence">The index of the sentence.</param>
/// <param name="Ids">Token ids with special tokens.</param>
/// <param name="Positions">The position of the first token of each word.</param>
/// <param name="Words">The index of each of these words in the sentence.</param>
internal sealed record WordWindow(int Sentence, int[] Ids, int[] Positions, int[] Words);

/// <summary>
/// Encodes sentences of words. The words are joined by single blanks, so that the tokenizer sees a text, and byte-pair vocabularies a
/// blank before every word but the first. Sentences that are too long are divided between words.
/// </summary>
/// <param name="tokenizer">The backbone's tokenizer.</param>
/// <param name="maxLength">The largest number of tokens in a window, including special tokens.</param>
internal sealed class WordWindows(ITokenizer tokenizer, int maxLength)
{
    /// <summary>The number of sentences that were divided.</summary>
    public int Divided { get; private set; }

    /// <summary>The number of words that have no token, such as control characters.</summary>
    public int WithoutTokens { get; private set; }

    /// <summary>Notices for the user about the encoded sentences.</summary>
    /// <param name="part">The part of the data, such as <c>training</c>.</param>
    public IEnumerable<string> Notices(string part)
    {
        if (Divided > 0)
            yield return $"{Count(Divided, $"{part} sentence")} of more than {maxLength} tokens divided into windows; every word is in one";
        if (WithoutTokens > 0)
            yield return $"{Count(WithoutTokens, $"{part} word")} without a token in the vocabulary: not trained on, and predicted as "
                + TagSchemes.Outside;
    }

    /// <summary>Encodes a sentence.</summary>
    /// <param name="sentence">Its index.</param>
    /// <param name="words">Its words.</param>
    /// <returns>One window, or several; none for a sentence without tokens.</returns>
    public IReadOnlyList<WordWindow> Encode(int sentence, IReadOnlyList<string> words)
    {
        var encoding = tokenizer.Encode(string.Join(' ', words));
        var before = encoding.SpecialTokenMask.TakeWhile(isSpecial => isSpecial).Count();
        var after = before == encoding.Length ? 0 : encoding.SpecialTokenMask.Reverse().TakeWhile(isSpecial => isSpecial).Count();
        var room = maxLength - before - after;
        if (room < 1)
            throw new TrainingOptionsException("max-length", $"{maxLength} leaves no room between {before + after} special tokens");
        var windows = new List<WordWindow>();
        var (ids, positions, contained) = (new List<int>(), new List<int>(), new List<int>());
        foreach (var (word, tokens) in Units(encoding, before, encoding.Length - after, words))
        {
            if (ids.Count > 0 && ids.Count + tokens.Count > room)
                Close();
            if (word >= 0)
            {
                positions.Add(before + ids.Count);
                contained.Add(word);
            }

            ids.AddRange(tokens.Take(room)); // a word of more tokens than a window loses its end; its label is on its first token
        }

        Close();
        Divided += windows.Count > 1 ? 1 : 0;
        WithoutTokens += words.Count - windows.Sum(window => window.Words.Length);
        return windows;

        void Close()
        {
            if (positions.Count > 0)
                windows.Add(new WordWindow(
                    sentence, [.. encoding.Ids[..before], .. ids, .. encoding.Ids[(encoding.Length - after)..]], [.. positions],
                    [.. contained]));
            ids.Clear();
            positions.Clear();
            contained.Clear();
        }
    }

    /// <summary>The tokens of each word in their order; -1 for tokens before the first word.</summary>
    private static IEnumerable<(int Word, List<int> Tokens)> Units(EncodedText encoding, int begin, int end, IReadOnlyList<string> words)
    {
        var (word, start, tokens, owner) = (0, 0, new List<int>(), -1);
        for (var at = begin; at < end; at++)
        {
            var span = encoding.Offsets[at];
            while (word < words.Count && start + words[word].Length <= span.Start)
                start += words[word++].Length + 1;
            // a token of the blank before a word is the word's first one, as in Transformers
            if (word < words.Count && word != owner && (word == 0 ? start : start - 1) < span.End)
            {
                if (tokens.Count > 0)
                    yield return (owner, tokens);
                (tokens, owner) = ([], word);
            }

            tokens.Add(encoding.Ids[at]);
        }

        if (tokens.Count > 0)
            yield return (owner, tokens);
    }

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}
