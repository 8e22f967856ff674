namespace Peft.Models;

/// <summary>Prompts of any lengths as one batch, padded on the left, so that every row's last token is in the last column.</summary>
/// <param name="Ids">The rows' ids concatenated, rows * width.</param>
/// <param name="Padding">Padding tokens in front of each row.</param>
internal sealed record PromptBatch(long[] Ids, int[] Padding)
{
    public int Rows => Padding.Length;

    public static PromptBatch Pad(IReadOnlyList<IReadOnlyList<int>> prompts, int padId)
    {
        var width = prompts.Max(prompt => prompt.Count);
        int[] padding = [.. prompts.Select(prompt => width - prompt.Count)];
        return new PromptBatch([
            .. prompts.SelectMany((prompt, row) => Enumerable.Repeat((long)padId, padding[row]).Concat(prompt.Select(id => (long)id)))],
            padding);
    }

    /// <summary>Rejects prompts that the backbone cannot process.</summary>
    /// <param name="prompts">The prompts.</param>
    /// <param name="config">The backbone's sizes.</param>
    /// <param name="newTokens">The largest number of new tokens.</param>
    /// <param name="reserved">The positions of virtual tokens.</param>
    public static void Check(IReadOnlyList<IReadOnlyList<int>> prompts, DecoderConfig config, int newTokens, long reserved)
    {
        for (var number = 0; number < prompts.Count; number++)
        {
            var prompt = prompts[number];
            if (prompt.Count == 0)
                throw new EmptyPromptException(number);
            foreach (var id in prompt)
            {
                if (id < 0 || id >= config.AllWords)
                    throw new UnknownPromptTokenException(number, id, config.AllWords);
            }

            if ((long)prompt.Count + newTokens + reserved > config.MaxPositions)
                throw new PromptTooLongException(number, prompt.Count, newTokens, reserved, config.MaxPositions);
        }
    }
}
