using static TorchSharp.torch;

namespace Peft.Models;

/// <summary>
/// Beam search as in AdaMix's released code. Each step takes the best continuations of a prompt's live hypotheses. Finished hypotheses are
/// stored with their score and are not replaced within the step. At the end, the stored and the live hypotheses are compared.
/// </summary>
/// <remarks>
/// A prompt's hypotheses leave the batch as soon as none can score better than a stored one. This does not change the result, because log
/// probabilities are never positive: a continuation's sum is at most that of its beginning.
/// </remarks>
internal sealed class BeamSearch(DecodingSession session, GenerationOptions options, TokenRules rules, int vocabularySize)
{
    private readonly record struct Candidate(int Row, int Token, double LogProbability, double Sum);

    public void Run(PromptBatch prompts, GeneratedSequence?[] best, CancellationToken cancellation)
    {
        List<Hypothesis> live = [.. Enumerable.Range(0, prompts.Rows).Select(prompt => new Hypothesis(prompt, [], 0))];
        for (var step = 0; live.Count > 0; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var logits = step == 0 ? session.Begin(prompts) : session.Pass([.. live.Select(row => (long)row.Tokens[^1])]);
            var next = new List<(Hypothesis Text, int Row)>();
            foreach (var ofPrompt in Candidates(rules.LogProbabilities(logits, live), live)
                .GroupBy(candidate => live[candidate.Row].Prompt))
                next.AddRange(Advance(ofPrompt, live, ref best[ofPrompt.Key]));
            live = [.. next.Select(pair => pair.Text)];
            if (live.Count > 0)
                session.Keep([.. next.Select(pair => pair.Row)]);
        }
    }

    /// <summary>The best continuations of one prompt; returns the unfinished ones.</summary>
    private List<(Hypothesis Text, int Row)> Advance(IEnumerable<Candidate> candidates, List<Hypothesis> live, ref GeneratedSequence? best)
    {
        var next = new List<(Hypothesis Text, int Row)>();
        // stable: of equal ones, the earlier
        foreach (var candidate in candidates.OrderByDescending(candidate => candidate.Sum).Take(options.Beams))
        {
            var text = live[candidate.Row].Extend(candidate.Token, candidate.LogProbability);
            if (rules.StopOf(text.Tokens) is not { } stop)
                next.Add((text, candidate.Row));
            else if (best is null || text.Score(options.LengthPenalty) > best.Score)
                best = text.Finish(stop, options.LengthPenalty);
        }

        return best is { } found && next.Count > 0 && found.Score >= Bound(next[0].Text) ? [] : next;
    }

    /// <summary>An upper bound of the score of a hypothesis' continuations, and of those of less probable hypotheses.</summary>
    private double Bound(Hypothesis text) =>
        text.LogProbability / Math.Pow(options.LengthPenalty >= 0 ? options.MaxNewTokens : text.Tokens.Length + 1, options.LengthPenalty);

    /// <summary>Each row's best continuations. At most as many as there are beams can be among the prompt's best.</summary>
    private IEnumerable<Candidate> Candidates(Tensor logProbabilities, List<Hypothesis> live)
    {
        var width = Math.Min(options.Beams, vocabularySize);
        var (most, where) = logProbabilities.topk(width, 1);
        var (values, tokens) = TokenByToken.NumbersAndTokens(most, where);
        for (var i = 0; i < values.Length; i++)
        {
            var row = live[i / width];
            TokenByToken.CheckNumber(row, values[i]);
            if (!double.IsNegativeInfinity(values[i]))
                yield return new Candidate(i / width, (int)tokens[i], values[i], row.LogProbability + values[i]);
        }
    }
}
