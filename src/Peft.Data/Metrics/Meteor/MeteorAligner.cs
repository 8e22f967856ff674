namespace Peft.Data;

/// <summary>A match between a word of the hypothesis and one of the reference.</summary>
/// <param name="Hypothesis">The word's index in the hypothesis.</param>
/// <param name="IsStem">Whether only the stems match.</param>
internal readonly record struct MeteorMatch(int Hypothesis, bool IsStem);

/// <summary>
/// METEOR 1.5's word alignment. Matches without alternatives are fixed. A beam search over the reference, from left to right, selects the
/// others: first most exact matches, then fewest chunks, then least distance.
/// </summary>
internal static class MeteorAligner
{
    /// <summary>Aligns a hypothesis with a reference.</summary>
    /// <param name="hypothesis">Words.</param>
    /// <param name="reference">Words.</param>
    /// <param name="stem">Computes a word's stem.</param>
    /// <param name="beamSize">The number of partial alignments to keep.</param>
    /// <returns>For each word of the reference its match, or null.</returns>
    public static MeteorMatch?[] Align(string[] hypothesis, string[] reference, Func<string, string> stem, int beamSize)
    {
        var candidates = Candidates(hypothesis, reference, stem);
        var competitors = new int[hypothesis.Length];
        foreach (var match in candidates.SelectMany(list => list))
            competitors[match.Hypothesis]++;
        var start = new Path(reference.Length, hypothesis.Length);
        for (var index = 0; index < reference.Length; index++)
        {
            if (candidates[index] is [var only] && competitors[only.Hypothesis] == 1)
                start.Fix(index, only);
        }

        List<Path> paths = [start];
        for (var index = 0; index < reference.Length; index++)
        {
            var next = new List<Path>();
            foreach (var path in Best(paths).Take(beamSize))
            {
                if (path.IsFixed(index))
                    path.Follow(index);
                else
                    Branch(path, index, candidates[index], next);
                next.Add(path);
            }

            paths = next;
        }

        var complete = Best(paths).Take(beamSize).ToList();
        foreach (var path in complete)
            path.CloseChunk();
        return Best(complete).First().Matches;
    }

    /// <summary>Exact matches before stem matches, left to right in the hypothesis.</summary>
    private static List<MeteorMatch>[] Candidates(string[] hypothesis, string[] reference, Func<string, string> stem)
    {
        // Between equal sentences, only equal words are matched: stem matches would mislead the beam.
        var isSame = hypothesis.AsSpan().SequenceEqual(reference);
        var stems = Array.ConvertAll(hypothesis, word => stem(word));
        return Array.ConvertAll(reference, word =>
        {
            var matches = Enumerable.Range(0, hypothesis.Length).Where(index => hypothesis[index] == word)
                .Select(index => new MeteorMatch(index, false)).ToList();
            if (isSame)
                return matches;
            var wanted = stem(word);
            matches.AddRange(Enumerable.Range(0, hypothesis.Length)
                .Where(index => stems[index] == wanted && hypothesis[index] != word).Select(index => new MeteorMatch(index, true)));
            return matches;
        });
    }

    private static void Branch(Path path, int index, List<MeteorMatch> candidates, List<Path> next)
    {
        foreach (var match in candidates.Where(match => !path.Uses(match)))
        {
            var taken = new Path(path);
            taken.Take(index, match);
            next.Add(taken);
            // METEOR 1.5 adds the distance of a choice to later choices and to the path without a choice.
            path.Distance += Math.Abs(index - match.Hypothesis);
        }

        path.CloseChunk();
    }

    /// <summary>Best first; the order of equal alignments is kept.</summary>
    private static IEnumerable<Path> Best(IEnumerable<Path> paths) =>
        paths.OrderByDescending(path => path.Exact).ThenBy(path => path.Chunks).ThenBy(path => path.Distance);

    /// <summary>A partial alignment.</summary>
    private sealed class Path
    {
        private readonly bool[] _used;
        private int _expected = -1;

        public Path(int reference, int hypothesis)
        {
            Matches = new MeteorMatch?[reference];
            _used = new bool[hypothesis];
        }

        public Path(Path other)
        {
            Matches = [.. other.Matches];
            _used = [.. other._used];
            _expected = other._expected;
            (Exact, Chunks, Distance) = (other.Exact, other.Chunks, other.Distance);
        }

        public MeteorMatch?[] Matches { get; }

        /// <summary>Stem matches do not count: METEOR 1.5 adds half a match to an integer, which has no effect.</summary>
        public int Exact { get; private set; }

        /// <summary>Completed chunks.</summary>
        public int Chunks { get; private set; }

        public int Distance { get; set; }

        public bool IsFixed(int index) => Matches[index] is not null;

        public bool Uses(MeteorMatch match) => _used[match.Hypothesis];

        public void Fix(int index, MeteorMatch match)
        {
            Matches[index] = match;
            _used[match.Hypothesis] = true;
        }

        public void Take(int index, MeteorMatch match)
        {
            Fix(index, match);
            Count(match);
        }

        public void Follow(int index)
        {
            var match = Matches[index]!.Value;
            Count(match);
            Distance += Math.Abs(index - match.Hypothesis);
        }

        public void CloseChunk()
        {
            if (_expected == -1)
                return;
            Chunks++;
            _expected = -1;
        }

        private void Count(MeteorMatch match)
        {
            if (!match.IsStem)
                Exact++;
            if (_expected != -1 && match.Hypothesis != _expected)
                Chunks++;
            _expected = match.Hypothesis + 1;
        }
    }
}
