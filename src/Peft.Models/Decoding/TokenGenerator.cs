using static TorchSharp.torch;

namespace Peft.Models;

/// <summary>Continues prompts, given and returned as token ids: greedily, by drawing, or by beam search.</summary>
/// <remarks>
/// Prompts of any lengths make one batch, padded on the left; keys and values are cached; a row that has ended costs nothing more. A
/// prompt is never cut: where it and <see cref="GenerationOptions.MaxNewTokens"/>, with the positions of virtual tokens, need more
/// positions than the backbone has, it is refused before anything is computed. The model runs in evaluation mode and each of its modules
/// is put back to the mode it was in. Not thread-safe, like the model.
/// </remarks>
public sealed class TokenGenerator
{
    private readonly CausalLanguageModel _model;
    private readonly Func<Func<Tensor>, Tensor> _run;

    /// <summary>A generator over a model, and over whatever is attached to it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="run">
    /// What runs a pass: <c>peft.Run</c> for a <c>PeftModel</c> whose backbone is the model, so that mixtures are inferred as their
    /// settings say. Null runs passes as they are, a mixture merged. It may run a pass several times, in the same order each time.
    /// </param>
    public TokenGenerator(CausalLanguageModel model, Func<Func<Tensor>, Tensor>? run = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        (_model, _run) = (model, run ?? (pass => pass()));
    }

    /// <summary>Continues prompts.</summary>
    /// <param name="prompts">Token ids of each; at least one.</param>
    /// <param name="options">How; null: greedily.</param>
    /// <param name="cancellation">Asked before every step.</param>
    /// <returns>For each prompt what follows it, of a beam search the hypothesis that scores best.</returns>
    /// <exception cref="GenerationOptionException">An option is out of range, or two exclude each other.</exception>
    /// <exception cref="EmptyPromptException">A prompt has no token.</exception>
    /// <exception cref="UnknownPromptTokenException">A prompt has an id that the vocabulary lacks.</exception>
    /// <exception cref="PromptTooLongException">There are too few positions.</exception>
    /// <exception cref="NonFiniteLogitsException">The model's logits are not numbers.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IReadOnlyList<GeneratedSequence> Generate(
        IReadOnlyList<IReadOnlyList<int>> prompts, GenerationOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        var config = _model.Decoder.Config;
        var complete = (options ?? GenerationOptions.Greedy).For(config);
        if (prompts.Count == 0)
            return [];
        PromptBatch.Check(prompts, config, complete.MaxNewTokens, reserved: 0);
        using var frozen = no_grad();
        using var mode = new EvaluationMode(_model);
        using var scope = NewDisposeScope();
        using var session = new DecodingSession(_model, _run);
        PromptBatch.Check(prompts, config, complete.MaxNewTokens, session.ReservedPositions());
        return Search(session, PromptBatch.Of(prompts, complete.PadId!.Value), complete, cancellation);
    }

    private GeneratedSequence[] Search(
        DecodingSession session, PromptBatch batch, GenerationOptions options, CancellationToken cancellation)
    {
        var results = new GeneratedSequence[batch.Rows];
        var vocabularySize = _model.Decoder.Config.VocabularySize;
        var rules = new TokenRules(options, vocabularySize);
        if (rules.StopOf([]) is { } stop)
            Array.Fill(results, new Hypothesis(0, [], 0).Finish(stop, options.LengthPenalty));
        else if (options.Beams > 1)
            new BeamSearch(session, options, rules, vocabularySize).Run(batch, results, cancellation);
        else
            TokenByToken.Run(session, batch, options, rules, results, cancellation);
        return results;
    }
}
