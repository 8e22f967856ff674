using Peft.Data;
using Peft.Models;

namespace Peft.Training;

/// <summary>Tokens that a run adds to its backbone's vocabulary.</summary>
internal static class AddedVocabulary
{
    /// <summary>The settings of a backbone with added tokens.</summary>
    /// <param name="settings">The settings without.</param>
    /// <param name="folder">The checkpoint folder, whose vocabulary gives the first id.</param>
    /// <param name="tokens">The tokens; empty for none.</param>
    public static BackboneSettings Extend(BackboneSettings settings, string folder, IReadOnlyList<string> tokens) => tokens.Count == 0
        ? settings
        : settings with { Added = new AddedIds(TokenizerFiles.Load(folder).VocabularySize, tokens.Count) };

    /// <summary>Initialises the added embeddings and records the tokens in the model.</summary>
    /// <param name="model">The model; its backbone was loaded with these tokens.</param>
    /// <param name="folder">The checkpoint folder.</param>
    /// <param name="tokens">The tokens; empty for none.</param>
    /// <exception cref="AddedTokensException">The backbone's family cannot add tokens.</exception>
    public static void Start(PeftModel model, string folder, IReadOnlyList<string> tokens)
    {
        if (tokens.Count == 0)
            return;
        if (model.Backbone is not IExtendedVocabulary { Added: { } added } extended)
            throw new AddedTokensException(
                folder, $"{model.Backbone.GetName()} is a backbone to which tokens cannot be added; expected BERT, RoBERTa or GPT-2");
        var before = TokenizerFiles.Load(folder);
        added.Start(extended.Words, [.. tokens.Select(token => BackboneSource.TokensOf(before, token))]);
        model.AddedTokens = tokens;
    }
}
