namespace Peft.Data;

/// <summary>An entity of a sentence.</summary>
/// <param name="Type">Its type, such as PER.</param>
/// <param name="First">The index of its first word.</param>
/// <param name="Last">The index of its last word.</param>
public readonly record struct TagEntity(string Type, int First, int Last);

/// <summary>Reads entities from tags, by the rules of seqeval (Nakayama 2018), so that scores are comparable with published ones.</summary>
public static class TagEntities
{
    /// <summary>
    /// The entities by seqeval's default, lenient rules. An I or E after O, or after another type, begins an entity. A tag with an unknown
    /// prefix continues an entity of its type or begins one.
    /// </summary>
    /// <param name="tags">The tags of a sentence.</param>
    /// <param name="scheme">The scheme: of <see cref="TagScheme.Bilou"/>, L counts as E and U as S.</param>
    /// <returns>The entities in their order.</returns>
    public static IReadOnlyList<TagEntity> Lenient(IReadOnlyList<string> tags, TagScheme scheme)
    {
        ArgumentNullException.ThrowIfNull(tags);
        var entities = new List<TagEntity>();
        var (before, typeBefore, first) = ('O', "", 0);
        for (var at = 0; at <= tags.Count; at++)
        {
            var tag = at == tags.Count ? TagSchemes.Outside : tags[at];
            var (prefix, type) = (PrefixOf(tag, scheme), TagSchemes.TypeOf(tag));
            if (Ends(before, prefix, typeBefore == type))
                entities.Add(new TagEntity(typeBefore, first, at - 1));
            if (Starts(before, prefix, typeBefore == type))
                first = at;
            (before, typeBefore) = (prefix, type);
        }

        return entities;
    }

    /// <summary>
    /// The entities by seqeval's strict rules: only entities that the scheme allows count. In BIOES, B and I must be followed to an E of
    /// the same type; in BIO, an I without B is no entity.
    /// </summary>
    /// <param name="tags">The tags of a sentence.</param>
    /// <param name="scheme">The scheme; not <see cref="TagScheme.Iob1"/>, which is converted first.</param>
    /// <returns>The entities in their order.</returns>
    public static IReadOnlyList<TagEntity> Strict(IReadOnlyList<string> tags, TagScheme scheme)
    {
        ArgumentNullException.ThrowIfNull(tags);
        var entities = new List<TagEntity>();
        for (var at = 0; at < tags.Count;)
        {
            var (first, type) = (at, TagSchemes.TypeOf(tags[at]));
            var prefix = PrefixOf(tags[at++], scheme);
            if (prefix is not ('B' or 'S'))
                continue;
            while (at < tags.Count && prefix is 'B' or 'I' && TagSchemes.TypeOf(tags[at]) == type
                && PrefixOf(tags[at], scheme) is 'I' or 'E')
                prefix = PrefixOf(tags[at++], scheme);
            if (scheme == TagScheme.Bio || prefix is 'E' or 'S')
                entities.Add(new TagEntity(type, first, at - 1));
        }

        return entities;
    }

    private static char PrefixOf(string tag, TagScheme scheme) => (scheme, tag[0]) switch
    {
        (TagScheme.Bilou, 'L') => 'E',
        (TagScheme.Bilou, 'U') => 'S',
        var (_, prefix) => prefix,
    };

    /// <summary>Whether an entity ends before a tag.</summary>
    private static bool Ends(char before, char prefix, bool sameType) =>
        before is 'E' or 'S' || (before is 'B' or 'I' && prefix is 'B' or 'S' or 'O') || (before is not ('O' or '.') && !sameType);

    /// <summary>Whether an entity begins with a tag.</summary>
    private static bool Starts(char before, char prefix, bool sameType) =>
        prefix is 'B' or 'S' || (before is 'E' or 'S' or 'O' && prefix is 'E' or 'I') || (prefix is not ('O' or '.') && !sameType);
}
