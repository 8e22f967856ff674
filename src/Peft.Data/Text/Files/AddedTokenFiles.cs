namespace Peft.Data;

/// <summary>Joins the files that list added tokens: their ids and, by rank of the files, their rules.</summary>
internal static class AddedTokenFiles
{
    /// <summary>
    /// Gives every added token its id. Tokens that are only named as special, and that no vocabulary has, get the ids after the last one,
    /// as in Transformers.
    /// </summary>
    /// <exception cref="VocabularyException">Two files contradict each other.</exception>
    public static void AddIds(TokenizerFolder files, SpecialTokenNames names, VocabularyBuilder vocabulary)
    {
        if (files.Tokenizer is { } tokenizer)
        {
            foreach (var (id, token) in AddedTokenJson.OfTokenizer(tokenizer)) vocabulary.AddOutside(token.Content, id, tokenizer.Path);
        }

        if (files.Config is { } config)
        {
            foreach (var (id, token) in AddedTokenJson.OfConfig(config)) vocabulary.AddOutside(token.Content, id, config.Path);
        }

        if (files.Added is { } added)
        {
            foreach (var (token, id) in VocabularyJson.Entries(added, added.Root, "")) vocabulary.AddOutside(token, id, added.Path);
        }

        foreach (var named in names.All) vocabulary.Append(named.Token.Content, named.File);
    }

    /// <summary>
    /// The rules of all added tokens: those of <c>added_tokens_decoder</c>, else of <c>tokenizer.json</c>, else of the file that names the
    /// token as special, else the given ones, else the defaults.
    /// </summary>
    /// <param name="files">The files.</param>
    /// <param name="names">The tokens that are named as special; they are special whatever a list says.</param>
    /// <param name="defaults">The rules of the model's own special tokens.</param>
    public static IReadOnlyList<AddedToken> Rules(TokenizerFolder files, SpecialTokenNames names, IReadOnlyList<AddedToken> defaults)
    {
        var rules = new Dictionary<string, AddedToken>(StringComparer.Ordinal);
        var named = names.All.ToList();
        if (files.Added is { } added)
        {
            foreach (var (token, _) in VocabularyJson.Entries(added, added.Root, ""))
                rules[token] = new AddedToken(token) { Special = false };
        }

        foreach (var name in named) rules[name.Token.Content] = name.Token;
        foreach (var token in defaults) rules[token.Content] = token;
        foreach (var name in named.Where(name => name.HasRules)) rules[name.Token.Content] = name.Token;
        if (files.Tokenizer is { } tokenizer)
        {
            foreach (var (_, token) in AddedTokenJson.OfTokenizer(tokenizer)) rules[token.Content] = token;
        }

        if (files.Config is { } config)
        {
            foreach (var (_, token) in AddedTokenJson.OfConfig(config)) rules[token.Content] = token;
        }

        foreach (var name in named)
        {
            // Its place in the two passes stays the one that the list says.
            if (rules[name.Token.Content] is { Special: false } rule)
                rules[name.Token.Content] = rule with { Special = true, Normalized = rule.IsNormalized };
        }

        return rules.Count > 0 ? [.. rules.Values] : defaults;
    }
}
