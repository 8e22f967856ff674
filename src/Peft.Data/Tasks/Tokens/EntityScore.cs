namespace Peft.Data;

/// <summary>
/// Scores of predicted tags as seqeval computes them: an entity counts if its type and both of its ends are right. A share without
/// entities is 0.
/// </summary>
public sealed class EntityScore
{
    private readonly Dictionary<string, Counts> _types = new(StringComparer.Ordinal);
    private readonly Counts _strict = new();
    private readonly TagScheme _scheme;
    private long _words;
    private long _right;

    /// <summary>Begins with no sentences.</summary>
    /// <param name="scheme">The scheme of the tags.</param>
    public EntityScore(TagScheme scheme) => _scheme = scheme;

    /// <summary>Whether the scheme has strict scores, which differ where a tagger breaks its rules.</summary>
    public bool HasStrict => _scheme is TagScheme.Bioes or TagScheme.Bilou;

    /// <summary>Adds a sentence.</summary>
    /// <param name="tags">The annotated tags.</param>
    /// <param name="predicted">The predicted tags, as many.</param>
    /// <exception cref="ArgumentException">Their numbers differ.</exception>
    public void Add(IReadOnlyList<string> tags, IReadOnlyList<string> predicted)
    {
        ArgumentNullException.ThrowIfNull(tags);
        ArgumentNullException.ThrowIfNull(predicted);
        if (tags.Count != predicted.Count)
            throw new ArgumentException($"expected {tags.Count} predicted tags, found {predicted.Count}.", nameof(predicted));
        _words += tags.Count;
        _right += tags.Zip(predicted).Count(pair => pair.First == pair.Second);
        if (_scheme == TagScheme.Plain)
        {
            AddPlain(tags, predicted);
            return;
        }

        var (found, annotated) = (TagEntities.Lenient(predicted, _scheme), TagEntities.Lenient(tags, _scheme));
        foreach (var group in found.Concat(annotated).GroupBy(entity => entity.Type, StringComparer.Ordinal))
        {
            OfType(group.Key).Add(
                annotated.Count(entity => entity.Type == group.Key), found.Count(entity => entity.Type == group.Key),
                annotated.Intersect(found).Count(entity => entity.Type == group.Key));
        }

        if (HasStrict)
        {
            var (strictFound, strictTrue) = (TagEntities.Strict(predicted, _scheme), TagEntities.Strict(tags, _scheme));
            _strict.Add(strictTrue.Count, strictFound.Count, strictTrue.Intersect(strictFound).Count());
        }
    }

    /// <summary>The name of the metric that selects the epoch: <c>f1</c>, or <c>accuracy</c> for tags without entities.</summary>
    /// <param name="scheme">The scheme of the tags.</param>
    /// <returns>The name.</returns>
    public static string PrimaryOf(TagScheme scheme) => scheme == TagScheme.Plain ? "accuracy" : "f1";

    /// <summary>The names of the scores.</summary>
    /// <param name="scheme">The scheme of the tags.</param>
    /// <returns>The names.</returns>
    public static IReadOnlyList<string> Names(TagScheme scheme) =>
    [
        .. scheme == TagScheme.Plain ? (string[])["accuracy", "macro-f1"] : ["f1", "precision", "recall", "macro-f1", "accuracy"],
        .. scheme is TagScheme.Bioes or TagScheme.Bilou ? (string[])["strict-f1", "strict-precision", "strict-recall"] : [],
    ];

    /// <summary>
    /// The scores: <c>f1</c>, <c>precision</c> and <c>recall</c> of all entities (micro), <c>macro-f1</c>, the mean over types,
    /// <c>strict-f1</c> for BIOES and BILOU, and <c>accuracy</c> of words. Tags without prefixes have <c>accuracy</c> and <c>macro-f1</c>.
    /// </summary>
    /// <returns>Scores by name.</returns>
    public IReadOnlyDictionary<string, double> Scores()
    {
        var scores = new Dictionary<string, double>();
        if (_scheme != TagScheme.Plain)
        {
            var all = new Counts();
            foreach (var counts in _types.Values)
                all.Add(counts.True, counts.Found, counts.Right);
            (scores["f1"], scores["precision"], scores["recall"]) = (all.F1, all.Precision, all.Recall);
        }

        scores["macro-f1"] = _types.Count == 0 ? 0 : _types.Values.Average(counts => counts.F1);
        if (HasStrict)
            (scores["strict-f1"], scores["strict-precision"], scores["strict-recall"]) = (_strict.F1, _strict.Precision, _strict.Recall);
        scores["accuracy"] = _words == 0 ? 0 : _right / (double)_words;
        return scores;
    }

    /// <summary>The scores of each type of entity, or of each tag without prefixes, with the number of annotated ones.</summary>
    /// <returns>The types by name.</returns>
    public ClassReport Report() => new(
    [
        .. _types.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new ClassScore(
            pair.Key, pair.Value.Precision, pair.Value.Recall, pair.Value.F1, (int)pair.Value.True)),
    ]);

    private void AddPlain(IReadOnlyList<string> tags, IReadOnlyList<string> predicted)
    {
        foreach (var (tag, found) in tags.Zip(predicted))
        {
            OfType(tag).Add(1, 0, tag == found ? 1 : 0);
            OfType(found).Add(0, 1, 0);
        }
    }

    private Counts OfType(string type) => _types.TryGetValue(type, out var counts) ? counts : _types[type] = new Counts();

    private sealed class Counts
    {
        public long True { get; private set; }

        public long Found { get; private set; }

        public long Right { get; private set; }

        public double Precision => Found == 0 ? 0 : Right / (double)Found;

        public double Recall => True == 0 ? 0 : Right / (double)True;

        public double F1 => Precision + Recall == 0 ? 0 : 2 * Precision * Recall / (Precision + Recall);

        public void Add(long annotated, long found, long right) => (True, Found, Right) = (True + annotated, Found + found, Right + right);
    }
}
