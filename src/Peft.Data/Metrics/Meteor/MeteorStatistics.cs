namespace Peft.Data;

/// <summary>The counts that METEOR sums over a corpus, for the hypotheses' words and for the references'.</summary>
internal sealed class MeteorStatistics
{
    private const int Kinds = 3;

    private readonly Side _hypothesis = new();
    private readonly Side _reference = new();
    private int _chunks;

    /// <summary>Computes the counts of one alignment.</summary>
    /// <param name="hypothesis">Words.</param>
    /// <param name="reference">Words.</param>
    /// <param name="matches">The match of each word of the reference.</param>
    /// <param name="functionWords">Words with less weight.</param>
    public static MeteorStatistics Count(
        string[] hypothesis, string[] reference, MeteorMatch?[] matches, IReadOnlySet<string> functionWords)
    {
        var statistics = new MeteorStatistics();
        statistics._hypothesis.CountWords(hypothesis, functionWords);
        statistics._reference.CountWords(reference, functionWords);
        var expected = -1;
        for (var index = 0; index < matches.Length; index++)
        {
            if (matches[index] is { } match)
            {
                statistics._hypothesis.CountMatch(match.Kind, functionWords.Contains(hypothesis[match.Hypothesis]));
                statistics._reference.CountMatch(match.Kind, functionWords.Contains(reference[index]));
                if (match.Hypothesis != expected)
                    statistics._chunks++;
            }

            expected = matches[index] is { } last ? last.Hypothesis + 1 : -1;
        }

        return statistics;
    }

    /// <summary>
    /// Adds another text's counts. If everything matches in one chunk, there is no fragmentation and the chunk is not counted.
    /// </summary>
    public void Add(MeteorStatistics other)
    {
        _hypothesis.Add(other._hypothesis);
        _reference.Add(other._reference);
        if (!other.IsWhole)
            _chunks += other._chunks;
    }

    /// <summary>The weighted harmonic mean of precision and recall, minus the fragmentation penalty; 0 without a match.</summary>
    public double Score(MeteorOptions options)
    {
        if (_hypothesis.Matches == 0)
            return 0;
        var precision = _hypothesis.Share(options);
        var recall = _reference.Share(options);
        var mean = 1 / (((1 - options.Alpha) / precision) + (options.Alpha / recall));
        var fragmentation = IsWhole ? 0 : 2.0 * _chunks / (_hypothesis.Matches + _reference.Matches);
        return Math.Max(0, mean * (1 - (options.Gamma * Math.Pow(fragmentation, options.Beta))));
    }

    private bool IsWhole => _chunks == 1 && _hypothesis.Matches == _hypothesis.Words && _reference.Matches == _reference.Words;

    /// <summary>Words and matches of one side; index 1 is for function words.</summary>
    private sealed class Side
    {
        private readonly int[] _words = new int[2];
        private readonly int[,] _matches = new int[Kinds, 2];

        public int Words => _words.Sum();

        public int Matches => _matches.Cast<int>().Sum();

        public void CountWords(string[] words, IReadOnlySet<string> functionWords)
        {
            _words[1] = words.Count(functionWords.Contains);
            _words[0] = words.Length - _words[1];
        }

        public void CountMatch(MeteorKind kind, bool isFunctionWord) => _matches[(int)kind, isFunctionWord ? 1 : 0]++;

        public void Add(Side other)
        {
            for (var word = 0; word < 2; word++)
            {
                _words[word] += other._words[word];
                for (var kind = 0; kind < Kinds; kind++)
                    _matches[kind, word] += other._matches[kind, word];
            }
        }

        /// <summary>Weight of the matches divided by weight of the words.</summary>
        public double Share(MeteorOptions options)
        {
            double Weigh(double content, double function) => (options.Delta * content) + ((1 - options.Delta) * function);
            double Matched(int word) => _matches[(int)MeteorKind.Exact, word] + (options.StemWeight * _matches[(int)MeteorKind.Stem, word])
                + (options.SynonymWeight * _matches[(int)MeteorKind.Synonym, word]);
            return Weigh(Matched(0), Matched(1)) / Weigh(_words[0], _words[1]);
        }
    }
}
