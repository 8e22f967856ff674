namespace Peft.Data;

/// <summary>
/// A classification task that needs no download: <c>verdict</c>. Each example makes a statement about each of several things and names one
/// of them. The answer is whether that thing is praised. Example: "the food was not very good but the hotel seemed superb", "the hotel":
/// positive.
/// <para>The rule: the statement about the named thing has a word of praise or of blame and some number of negations. It is positive for
/// praise with an even number of negations, or blame with an odd number. All else is noise: degree ("very"), link ("but"), verb, order and
/// the other statements.</para>
/// <para>Single words do not predict the answer. Praise or blame, odd or even negation, and the position of the named thing are sampled
/// uniformly and independently for every statement. So each word is as frequent in positive as in negative examples, and all words of the
/// statement without its negations leave the answer at one half. A model must bind the thing to its statement and combine two facts there.
/// (With <see cref="BuiltInTaskOptions.Negations"/> 0, praise or blame alone determines the answer, and only the binding must be
/// learned.)</para>
/// <para>Train and dev share no example. In addition a fifth of all (thing, word of praise or blame) combinations is kept for dev:
/// train never has one, and the named statement of every dev example is one.</para>
/// </summary>
internal static class BuiltInTask
{
    private const int MaxClauses = 3, MaxNegations = 2, HeldOutOneIn = 5, AttemptsPerExample = 200;
    private const long TrainStream = 1, DevStream = 2, SplitStream = 3;

    /// <summary>The task's name.</summary>
    public const string Name = "verdict";

    /// <summary>Generates the task. The same arguments give the same examples on every machine.</summary>
    /// <param name="seed">Seed of all random choices.</param>
    /// <param name="train">Training examples; half of them positive.</param>
    /// <param name="dev">Dev examples; half of them positive.</param>
    /// <param name="options">The difficulty; <see langword="null"/>: two statements, at most one negation each.</param>
    /// <exception cref="BuiltInTaskException">An option is out of range, or there are fewer different examples than requested.</exception>
    public static TaskData Create(long seed, int train = 2000, int dev = 500, BuiltInTaskOptions? options = null)
    {
        options ??= new BuiltInTaskOptions();
        if (options.Clauses is < 1 or > MaxClauses) throw new BuiltInTaskException(
            $"Clauses is {options.Clauses}; allowed are 1 to {MaxClauses}.");
        if (options.Negations is < 0 or > MaxNegations) throw new BuiltInTaskException(
            $"Negations is {options.Negations}; allowed are 0 to {MaxNegations}.");
        if (train < 1 || dev < 1)
            throw new BuiltInTaskException($"There must be at least one example each to learn from and to judge by, found {train} and "
                + $"{dev}.");
        var heldOut = ChooseHeldOut(seed);
        var seen = new HashSet<(string, string?)>();
        var isPair = options.Clauses > 1;
        var task = new TaskDefinition(
            Name, "Verdict", ["negative", "positive"], isPair, MetricKind.Accuracy, [MetricKind.Accuracy, MetricKind.Matthews]);
        var origin = $"generated: seed {seed}, {options.Clauses} statements, up to {options.Negations} negations";
        return new TaskData(
            task,
            new TaskSplit(origin + ", train", Generate(new SeededRandom(seed, TrainStream), train, options, heldOut, isDev: false, seen)),
            new TaskSplit(origin + ", dev", Generate(new SeededRandom(seed, DevStream), dev, options, heldOut, isDev: true, seen)));
    }

    private static bool[,] ChooseHeldOut(long seed)
    {
        // Balanced: for each thing, as many words of praise as of blame are held out, so the held-out combinations do not predict the
        // answer.
        var random = new SeededRandom(seed, SplitStream);
        int praise = VerdictLexicon.Praise.Length, blame = VerdictLexicon.Blame.Length;
        var heldOut = new bool[VerdictLexicon.Things.Length, praise + blame];
        for (var thing = 0; thing < VerdictLexicon.Things.Length; thing++)
        {
            foreach (var (first, count) in ((int, int)[])[(0, praise), (praise, blame)])
            {
                var words = Enumerable.Range(first, count).ToArray();
                random.Shuffle<int>(words);
                foreach (var word in words.Take(count / HeldOutOneIn)) heldOut[thing, word] = true;
            }
        }

        return heldOut;
    }

    private static Example[] Generate(
        SeededRandom random, int count, BuiltInTaskOptions options, bool[,] heldOut, bool isDev, HashSet<(string, string?)> seen)
    {
        var examples = new Example[count];
        for (var i = 0; i < count; i++)
        {
            var attempts = 0;
            do
            {
                if (attempts++ == AttemptsPerExample)
                    throw new BuiltInTaskException(
                        $"No new example was found after {i} of {count}: ask for fewer, or for more clauses or negations.");
                examples[i] = MakeExample(random, i % 2 == 0, options, heldOut, isDev);
            }
            while (!seen.Add((examples[i].Text, examples[i].Pair)));
        }

        random.Shuffle<Example>(examples);
        return examples;
    }

    private static Example MakeExample(SeededRandom random, bool positive, BuiltInTaskOptions options, bool[,] heldOut, bool isDev)
    {
        var things = Enumerable.Range(0, VerdictLexicon.Things.Length).ToArray();
        random.Shuffle<int>(things);
        var named = random.Next(options.Clauses);
        var text = "";
        for (var clause = 0; clause < options.Clauses; clause++)
        {
            var statementIsPositive = clause == named ? positive : random.Next(2) == 1;
            if (clause > 0) text += $" {Pick(random, VerdictLexicon.Links)} ";
            text += MakeStatement(random, things[clause], statementIsPositive, options.Negations, heldOut, isDev && clause == named);
        }

        return new Example(text, options.Clauses > 1 ? $"the {VerdictLexicon.Things[things[named]]}" : null, positive ? 1 : 0);
    }

    private static string MakeStatement(SeededRandom random, int thing, bool positive, int maxNegations, bool[,] heldOut, bool wantHeldOut)
    {
        var negations = maxNegations == 0 ? 0 : random.Next(2);
        var praised = positive == (negations % 2 == 0);
        // A second negation, so that the first one alone is not enough. None becomes two, so odd and even stay equally likely.
        if (negations == 0 && maxNegations == 2 && random.Next(2) == 1) negations = 2;
        var words = praised ? VerdictLexicon.Praise : VerdictLexicon.Blame;
        int word;
        do word = random.Next(words.Length);
        while (heldOut[thing, word + (praised ? 0 : VerdictLexicon.Praise.Length)] != wantHeldOut);
        var inner = negations == 0 ? "" : Pick(random, VerdictLexicon.Negations) + " ";
        var outer = negations == 2 ? "it is not true that " : "";
        return $"{outer}the {VerdictLexicon.Things[thing]} {Pick(random, VerdictLexicon.Verbs)} "
            + $"{inner}{Pick(random, VerdictLexicon.Degrees)}{words[word]}";
    }

    private static string Pick(SeededRandom random, string[] words) => words[random.Next(words.Length)];
}
