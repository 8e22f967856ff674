using Peft.Data;

namespace Peft.Training;

/// <summary>Encodes conversations; the end token follows every message of the assistant.</summary>
/// <param name="tokenizer">The decoder's tokenizer.</param>
/// <param name="template">How messages are written.</param>
/// <param name="endId">The end token.</param>
/// <param name="maxLength">The largest number of ids in an example.</param>
internal sealed class CompletionEncoder(ITokenizer tokenizer, PromptTemplate template, int endId, int maxLength)
{
    /// <summary>The number of examples whose beginning was cut.</summary>
    public int CutPrompts { get; private set; }

    /// <summary>The number of examples whose last completion was cut at its end.</summary>
    public int CutCompletions { get; private set; }

    /// <summary>Notices for the user about the encoded examples.</summary>
    /// <param name="part">The part of the data, such as <c>training</c>.</param>
    public IEnumerable<string> Notices(string part)
    {
        if (CutPrompts > 0)
            yield return $"{CutPrompts} {part} prompts cut at their beginning to fit --max-length {maxLength}";
        if (CutCompletions > 0)
            yield return $"{CutCompletions} {part} completions cut at their end to fit --max-length {maxLength}";
    }

    /// <summary>
    /// Encodes an example. A long one is cut at its beginning, up to the last completion, and then at its end: the completion's start is
    /// kept.
    /// </summary>
    /// <param name="example">The messages.</param>
    /// <returns>Its ids, and which of them the loss counts.</returns>
    public GenerationExample Encode(CompletionExample example)
    {
        var (ids, counted) = Ids(template.Write(example.Turns));
        var last = counted.LastIndexOf(false) + 1;
        var cut = Math.Min(Math.Max(0, ids.Count - maxLength), Math.Max(0, last - 1)); // one token stays before the completion
        CutPrompts += cut > 0 ? 1 : 0;
        CutCompletions += ids.Count - cut > maxLength ? 1 : 0;
        var length = Math.Min(maxLength, ids.Count - cut);
        var kept = counted.GetRange(cut, length);
        kept[0] = false; // the first token has no prediction
        return new GenerationExample([.. ids.GetRange(cut, length)], kept.IndexOf(true)) { Counted = [.. kept] };
    }

    /// <summary>The prompt of messages that the assistant answers next.</summary>
    /// <param name="turns">The messages.</param>
    /// <param name="limit">The largest number of ids; the beginning is cut.</param>
    public int[] Prompt(IReadOnlyList<PromptTurn> turns, int limit)
    {
        var (ids, _) = Ids(template.WritePrompt(turns));
        return ids.Count <= limit ? [.. ids] : [.. ids.TakeLast(Math.Max(1, limit))];
    }

    private (List<int> Ids, List<bool> Counted) Ids(IReadOnlyList<PromptPart> parts)
    {
        var (ids, counted) = (new List<int>(), new List<bool>());
        foreach (var part in parts)
        {
            ids.AddRange(BackboneSource.TokensOf(tokenizer, part.Text));
            if (part.IsCompletion)
                ids.Add(endId);
            while (counted.Count < ids.Count)
                counted.Add(part.IsCompletion);
        }

        return (ids, counted);
    }
}
