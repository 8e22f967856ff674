using Peft.Data;

namespace Peft.Training;

/// <summary>The tokens of a prompt's words.</summary>
internal static class Verbaliser
{
    private static readonly string[] s_unknown = ["[UNK]", "<unk>"];

    /// <summary>The token of each label's word, as encoded after a blank.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="tokenizer">The encoder's tokenizer.</param>
    /// <param name="backbone">The backbone, for messages.</param>
    /// <exception cref="PromptException">A word is not one token of the vocabulary, or two labels have the same token.</exception>
    public static long[] Tokens(ClozePrompt prompt, ITokenizer tokenizer, string backbone)
    {
        var unknown = s_unknown.Select(tokenizer.IdOf).OfType<int>().ToHashSet();
        var ids = new List<long>();
        foreach (var (label, word) in prompt.Words)
        {
            var pieces = BackboneSource.TokensOf(tokenizer, " " + word);
            var named = $"prompt '{prompt.Name}': the word '{Excerpt.Line(word)}' of label '{Excerpt.Line(label)}'";
            if (pieces.Count != 1 || unknown.Contains(pieces[0]))
                throw new PromptException($"{named} is {Describe(pieces, tokenizer)} in the vocabulary of {backbone}, and a prompt "
                    + "predicts one token; choose a word that is one, with --prompt FILE.");
            if (ids.IndexOf(pieces[0]) is >= 0 and var other)
                throw new PromptException($"{named} is the same token as that of label '{Excerpt.Line(prompt.Words[other].Label)}'; choose "
                    + "different words.");
            ids.Add(pieces[0]);
        }

        return [.. ids];
    }

    private static string Describe(IReadOnlyList<int> pieces, ITokenizer tokenizer) => pieces.Count == 1
        ? "no token" : $"{pieces.Count} tokens ({string.Join(", ", pieces.Select(id => Excerpt.Line(tokenizer.TokenOf(id))))})";
}
