namespace Peft.Data;

/// <summary>A match between a word of the hypothesis and one of the reference.</summary>
/// <param name="Hypothesis">The word's index in the hypothesis.</param>
/// <param name="Kind">What is equal.</param>
internal readonly record struct MeteorMatch(int Hypothesis, MeteorKind Kind);

/// <summary>Why two words match, in METEOR's order.</summary>
internal enum MeteorKind
{
    /// <summary>The words are equal.</summary>
    Exact,

    /// <summary>Their stems are equal.</summary>
    Stem,

    /// <summary>They share a synset of WordNet.</summary>
    Synonym,
}

/// <summary>
/// METEOR 1.5's word alignment. Matches without alternatives are fixed. A beam search over the reference, from left to right, selects the
/// others: first most exact matches, then fewest chunks, then least distance.
/// </summary>
internal sealed class MeteorAligner
{
    private readonly int _beamSize;
    private readonly MeteorMatch[][] _candidates;
    private readonly bool[] _isFixed;

    private MeteorAligner(string[] hypothesis, string[] reference, Func<string, string> stem, int beamSize, WordNet? synonyms)
    {
        _beamSize = beamSize;
        _candidates = Candidates(hypothesis, reference, stem, synonyms);
        var competitors = new int[hypothesis.Length];
        foreach (var match in _candidates.SelectMany(list => list))
            competitors[match.Hypothesis]++;
        _isFixed = Array.ConvertAll(_candidates, list => list is [var only] && competitors[only.Hypothesis] == 1);
    }

    /// <summary>Aligns a hypothesis with a reference.</summary>
    /// <param name="hypothesis">Words.</param>
    /// <param name="reference">Words.</param>
    /// <param name="stem">Computes a word's stem.</param>
    /// <param name="beamSize">The number of partial alignments to keep.</param>
    /// <param name="synonyms">Finds synonyms; null for none.</param>
    /// <returns>For each word of the reference its match, or null.</returns>
    public static MeteorMatch?[] Align(
        string[] hypothesis, string[] reference, Func<string, string> stem, int beamSize, WordNet? synonyms = null)
    {
        var aligner = new MeteorAligner(hypothesis, reference, stem, beamSize, synonyms);
        var paths = new List<MeteorPath> { new(hypothesis.Length) };
        for (var index = 0; index < reference.Length; index++)
        {
            var branches = new List<MeteorBranch>();
            foreach (var path in paths)
                aligner.Branch(path, index, branches);
            paths = [.. Best(branches, beamSize).Select(branch => branch.Follow(index))];
        }

        var complete = paths.ConvertAll(path => new MeteorBranch(path, path.Score.Closed(), null));
        return Best(complete, 1).First().Path.Matches(reference.Length);
    }

    /// <summary>Exact matches, then stem matches, then synonyms, left to right in the hypothesis. Equal words share their list.</summary>
    private static MeteorMatch[][] Candidates(
        string[] hypothesis, string[] reference, Func<string, string> stem, WordNet? synonyms)
    {
        // Between equal sentences, only equal words are matched: other matches would mislead the beam.
        var isSame = hypothesis.AsSpan().SequenceEqual(reference);
        var words = hypothesis.Select((word, index) => (word, index)).ToLookup(pair => pair.word, pair => pair.index);
        var stems = hypothesis.Select((word, index) => (word: stem(word), index)).ToLookup(pair => pair.word, pair => pair.index);
        var known = new Dictionary<string, MeteorMatch[]>(StringComparer.Ordinal);
        return Array.ConvertAll(reference, word =>
        {
            if (known.TryGetValue(word, out var matches))
                return matches;
            var exact = words[word].Select(index => new MeteorMatch(index, MeteorKind.Exact));
            var own = stem(word);
            var others = isSame ? [] : stems[own].Where(index => hypothesis[index] != word)
                .Select(index => new MeteorMatch(index, MeteorKind.Stem));
            var same = isSame || synonyms is null ? [] : words.Where(other => other.Key != word && stem(other.Key) != own
                && synonyms.AreSynonyms(word, other.Key)).SelectMany(other => other).Order()
                .Select(index => new MeteorMatch(index, MeteorKind.Synonym));
            return known[word] = [.. exact, .. others, .. same];
        });
    }

    /// <summary>
    /// The extensions of a path. Of matches of one kind, only as many as the beam holds are kept: the distance of later ones is larger.
    /// </summary>
    private void Branch(MeteorPath path, int index, List<MeteorBranch> branches)
    {
        var score = path.Score;
        if (_isFixed[index])
        {
            var only = _candidates[index][0];
            branches.Add(new MeteorBranch(path, score.Take(only).Further(index, only), only));
            return;
        }

        Span<int> kept = stackalloc int[6];
        foreach (var match in _candidates[index])
        {
            if (path.Uses(match.Hypothesis))
                continue;
            var kind = (2 * (int)match.Kind) + (score.Continues(match) ? 1 : 0);
            if (kept[kind]++ < _beamSize)
                branches.Add(new MeteorBranch(path, score.Take(match), match));
            // METEOR 1.5 adds the distance of a choice to later choices and to the path without a choice.
            score = score.Further(index, match);
        }

        branches.Add(new MeteorBranch(path, score.Closed(), null));
    }

    /// <summary>Best first; the order of equal alignments is kept.</summary>
    private static IEnumerable<MeteorBranch> Best(IEnumerable<MeteorBranch> branches, int count) => branches
        .OrderByDescending(branch => branch.Score.Exact).ThenBy(branch => branch.Score.Chunks).ThenBy(branch => branch.Score.Distance)
        .Take(count);
}
