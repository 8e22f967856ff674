namespace Peft.Data;

/// <summary>How the prefixes of tags mark entities.</summary>
public enum TagScheme
{
    /// <summary>Tags without prefixes, such as parts of speech: there are no entities to score.</summary>
    Plain,

    /// <summary>BIO (IOB2): B begins every entity, I continues it.</summary>
    Bio,

    /// <summary>IOB1: I begins and continues an entity, B begins one directly after another of the same type.</summary>
    Iob1,

    /// <summary>BIOES: E ends an entity of several words, S is an entity of one word.</summary>
    Bioes,

    /// <summary>BILOU: L ends an entity of several words, U is an entity of one word.</summary>
    Bilou,
}

/// <summary>Finds out the scheme of tags and converts between schemes.</summary>
public static class TagSchemes
{
    /// <summary>The tag of a word outside of entities.</summary>
    public const string Outside = "O";

    /// <summary>
    /// Finds the scheme by the prefixes that occur: L or U means BILOU, E or S means BIOES. With B and I alone, it is IOB1 if some I begins
    /// an entity and every B follows a word of an entity of the same type, and BIO otherwise.
    /// </summary>
    /// <param name="sentences">The tags of each sentence.</param>
    /// <returns>The scheme; <see cref="TagScheme.Plain"/> if no tag has a prefix and a type.</returns>
    public static TagScheme Detect(IEnumerable<IReadOnlyList<string>> sentences)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        var (prefixes, startsWithInside, onlyAdjacent) = (new HashSet<char>(), false, true);
        foreach (var tags in sentences)
        {
            var before = Outside;
            foreach (var tag in tags)
            {
                if (HasPrefix(tag))
                    prefixes.Add(tag[0]);
                var follows = HasPrefix(before) && TypeOf(before) == TypeOf(tag);
                startsWithInside |= IsOf(tag, 'I') && !follows;
                onlyAdjacent &= !IsOf(tag, 'B') || follows;
                before = tag;
            }
        }

        return prefixes.Overlaps("LU") ? TagScheme.Bilou
            : prefixes.Overlaps("ES") ? TagScheme.Bioes
            : !prefixes.Overlaps("BI") ? TagScheme.Plain
            : startsWithInside && onlyAdjacent ? TagScheme.Iob1 : TagScheme.Bio;
    }

    /// <summary>Converts IOB1 to BIO: an I that begins an entity becomes B.</summary>
    /// <param name="tags">The tags of a sentence.</param>
    /// <returns>The converted tags.</returns>
    public static IReadOnlyList<string> ToBio(IReadOnlyList<string> tags)
    {
        ArgumentNullException.ThrowIfNull(tags);
        return
        [
            .. tags.Select((tag, at) =>
            {
                var before = at == 0 ? Outside : tags[at - 1];
                var continues = HasPrefix(before) && TypeOf(before) == TypeOf(tag);
                return IsOf(tag, 'I') && !continues ? "B" + tag[1..] : tag;
            }),
        ];
    }

    /// <summary>Whether a tag has the form <c>B-type</c>, with B, I, E, S, L or U.</summary>
    /// <param name="tag">The tag.</param>
    /// <returns>Whether it has.</returns>
    public static bool HasPrefix(string tag) => tag is [var prefix, '-', _, ..] && "BIESLU".Contains(prefix, StringComparison.Ordinal);

    /// <summary>The type of a tag as seqeval reads it: what follows the first hyphen after the first character; <c>_</c> for
    /// none.</summary>
    /// <param name="tag">The tag.</param>
    /// <returns>The type.</returns>
    public static string TypeOf(string tag)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        var rest = tag[1..];
        var hyphen = rest.IndexOf('-', StringComparison.Ordinal);
        var type = hyphen < 0 ? rest : rest[(hyphen + 1)..];
        return type.Length == 0 ? "_" : type;
    }

    private static bool IsOf(string tag, char prefix) => HasPrefix(tag) && tag[0] == prefix;
}
