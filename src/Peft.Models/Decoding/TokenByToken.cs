using static TorchSharp.torch;

namespace Peft.Models;

/// <summary>Greedy decoding and sampling: one hypothesis for each prompt. Finished rows leave the batch.</summary>
internal sealed class TokenByToken(DecodingSession session, PromptBatch prompts, GenerationOptions options, TokenRules rules)
{
    private readonly SeededNumbers[] _numbers =
        [.. Enumerable.Range(0, prompts.Rows).Select(row => new SeededNumbers(options.Seed, options.FirstRow + row))];

    private bool _hasBegun;

    /// <summary>The unfinished texts.</summary>
    public IReadOnlyList<Hypothesis> Live { get; private set; } =
        [.. Enumerable.Range(0, prompts.Rows).Select(prompt => new Hypothesis(prompt, [], 0))];

    public void Run(GeneratedSequence[] results, CancellationToken cancellation)
    {
        while (Live.Count > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            Step(results);
        }
    }

    /// <summary>Extends each unfinished text by a token, and moves finished ones to the results.</summary>
    public void Step(GeneratedSequence[] results)
    {
        using var scope = NewDisposeScope();
        var logits = _hasBegun ? session.Pass([.. Live.Select(row => (long)row.Tokens[^1])]) : session.Begin(prompts);
        _hasBegun = true;
        var logProbabilities = rules.LogProbabilities(logits, Live);
        var next = options.Sample ? Sample(logProbabilities) : Best(logProbabilities);
        var (kept, goOn) = (new List<int>(), new List<Hypothesis>());
        for (var row = 0; row < next.Count; row++)
        {
            if (rules.StopOf(next[row].Tokens) is { } stop)
            {
                results[next[row].Prompt] = next[row].Finish(stop, options.LengthPenalty);
                continue;
            }

            kept.Add(row);
            goOn.Add(next[row]);
        }

        Live = goOn;
        if (Live.Count > 0)
            session.Keep(kept);
    }

    private List<Hypothesis> Best(Tensor logProbabilities)
    {
        var (most, where) = logProbabilities.max(1);
        var (values, tokens) = NumbersAndTokens(most, where);
        return [.. Live.Select((row, number) => Extend(row, (int)tokens[number], values[number]))];
    }

    private List<Hypothesis> Sample(Tensor logProbabilities)
    {
        var width = (int)logProbabilities.shape[1];
        var values = Numbers(logProbabilities);
        return [.. Live.Select((row, number) =>
        {
            var of = values.AsSpan(number * width, width);
            foreach (var value in of)
                CheckNumber(row, value);
            var kept = SamplingDistribution.FromLogits(of, options.Temperature, options.TopK, options.TopP);
            var token = kept.At(_numbers[row.Prompt].Next());
            return Extend(row, token, of[token]);
        })];
    }

    private static Hypothesis Extend(Hypothesis row, int token, double logProbability)
    {
        CheckNumber(row, logProbability);
        return row.Extend(token, logProbability);
    }

    /// <summary>Checks that a candidate's log probability is not NaN. Beam search calls it as well.</summary>
    internal static void CheckNumber(Hypothesis row, double logProbability)
    {
        if (double.IsNaN(logProbability))
            throw new NonFiniteLogitsException(row.Prompt, row.Tokens.Length);
    }

    /// <summary>Transfers log probabilities and token ids at once; float64 represents both exactly.</summary>
    internal static (double[] Values, long[] Tokens) NumbersAndTokens(Tensor values, Tensor tokens)
    {
        var both = Numbers(cat([values.reshape(-1).to_type(ScalarType.Float64), tokens.reshape(-1).to_type(ScalarType.Float64)], 0));
        return (both[..(both.Length / 2)], [.. both.Skip(both.Length / 2).Select(token => (long)token)]);
    }

    internal static double[] Numbers(Tensor values) => values.to_type(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
}
