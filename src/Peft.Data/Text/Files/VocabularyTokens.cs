namespace Peft.Data;

/// <summary>The vocabulary of a tokenizer after its added tokens have their ids.</summary>
/// <param name="Tokens">The tokens, each at the index of its id.</param>
/// <param name="Outside">Ids of added tokens that are not in the model's own vocabulary: no word is split into them.</param>
internal sealed record VocabularyTokens(IReadOnlyList<string> Tokens, IReadOnlySet<int> Outside)
{
    private static readonly HashSet<int> s_none = [];

    /// <summary>A vocabulary without tokens outside of the model's.</summary>
    public static VocabularyTokens FromModel(IReadOnlyList<string> tokens) => new(tokens, s_none);
}
