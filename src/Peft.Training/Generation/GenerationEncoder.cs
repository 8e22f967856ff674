using Peft.Data;

namespace Peft.Training;

/// <summary>
/// A prompt and its completion as token ids: context, end token, blank and text, end token (AdaMix's released code for GPT-2).
/// </summary>
/// <param name="Ids">All ids.</param>
/// <param name="CompletionStart">The first id of the completion.</param>
internal sealed record GenerationExample(int[] Ids, int CompletionStart)
{
    /// <summary>Which ids the loss counts, where there are several completions; null for all from the first on.</summary>
    public bool[]? Counted { get; init; }

    /// <summary>The number of tokens that the loss counts.</summary>
    public int CompletionTokens => Counted?.Count(counts => counts) ?? Ids.Length - CompletionStart;

    /// <summary>Whether the loss counts an id.</summary>
    public bool Counts(int at) => at >= CompletionStart && (Counted is null || Counted[at]);
}

/// <summary>Encodes records as token ids.</summary>
/// <param name="tokenizer">The backbone's tokenizer.</param>
/// <param name="endId">The token that ends context and text.</param>
/// <param name="maxLength">The largest number of ids in an example. Longer examples are cut at the beginning of their context, then at the
/// end of their text.</param>
internal sealed class GenerationEncoder(ITokenizer tokenizer, int endId, int maxLength)
{
    /// <summary>A prompt: the context and the end token.</summary>
    /// <param name="context">The context.</param>
    /// <param name="limit">The largest number of ids; the beginning of the context is cut.</param>
    /// <returns>The ids.</returns>
    public int[] Prompt(string context, int limit)
    {
        int[] ids = [.. BackboneSource.TokensOf(tokenizer, context), endId];
        return ids.Length <= limit ? ids : ids[^Math.Max(1, limit)..];
    }

    /// <summary>A training example.</summary>
    /// <param name="context">The context.</param>
    /// <param name="text">The target text.</param>
    /// <returns>The example.</returns>
    public GenerationExample Encode(string context, string text)
    {
        int[] completion = [.. BackboneSource.TokensOf(tokenizer, " " + text), endId];
        if (completion.Length >= maxLength)
            completion = completion[..(maxLength - 1)];
        var prompt = Prompt(context, maxLength - completion.Length);
        return new GenerationExample([.. prompt, .. completion], prompt.Length);
    }

    /// <summary>
    /// Concatenates documents, each followed by an end token, and cuts them into examples of equal length. Every token but the first counts
    /// in the loss.
    /// </summary>
    /// <param name="documents">The documents.</param>
    /// <returns>Examples of the encoder's length. The remainder is one more example if it has at least two tokens.</returns>
    public IReadOnlyList<GenerationExample> Pack(IEnumerable<string> documents) =>
    [
        .. documents.SelectMany(document => BackboneSource.TokensOf(tokenizer, document).Append(endId)).Chunk(maxLength)
            .Where(ids => ids.Length > 1).Select(ids => new GenerationExample(ids, 1)),
    ];
}
