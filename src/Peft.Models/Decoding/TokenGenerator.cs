using Peft.Data;
using static TorchSharp.torch;

namespace Peft.Models;

/// <summary>Generates continuations of prompts, as token ids, by greedy decoding, sampling or beam search.</summary>
/// <remarks>
/// Prompts of any lengths form one batch, padded on the left. Keys and values are cached, and finished rows are not computed further. A
/// prompt is never truncated: if it needs more positions than the backbone has, with virtual tokens and
/// <see cref="GenerationOptions.MaxNewTokens"/>, an exception is thrown before anything is computed. The model runs in evaluation mode;
/// afterwards each of its modules returns to its previous mode. Like the model, the generator is not thread-safe.
/// </remarks>
public sealed class TokenGenerator
{
    private readonly CausalLanguageModel _model;
    private readonly Func<Func<Tensor>, Tensor> _run;

    /// <summary>Creates a generator for a model with its attached adapters.</summary>
    /// <param name="model">The model.</param>
    /// <param name="run">Runs a pass: <c>peft.Run</c> for a <c>PeftModel</c> whose backbone is the model, so that a mixture's inference
    /// settings apply. Null runs passes directly, with mixtures merged. It may run a pass several times, in the same order each
    /// time.</param>
    public TokenGenerator(CausalLanguageModel model, Func<Func<Tensor>, Tensor>? run = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        (_model, _run) = (model, run ?? (pass => pass()));
    }

    /// <summary>Continues prompts.</summary>
    /// <param name="prompts">Token ids of each prompt; at least one prompt.</param>
    /// <param name="options">The options; null for greedy decoding.</param>
    /// <param name="cancellation">Checked before every step.</param>
    /// <returns>The continuation of each prompt; for beam search, the hypothesis with the best score.</returns>
    /// <exception cref="GenerationOptionException">An option is out of range, or two options exclude each other.</exception>
    /// <exception cref="EmptyPromptException">A prompt is empty.</exception>
    /// <exception cref="UnknownPromptTokenException">A prompt contains an id that is not in the vocabulary.</exception>
    /// <exception cref="PromptTooLongException">A prompt needs more positions than the backbone has.</exception>
    /// <exception cref="NonFiniteLogitsException">The model's logits are NaN.</exception>
    /// <exception cref="NotEnoughMemoryException">Keys, values and logits of all hypotheses do not fit into memory.</exception>
    /// <exception cref="OperationCanceledException">Generation was cancelled.</exception>
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
        CheckMemory(prompts, complete);
        return Search(session, PromptBatch.Pad(prompts, complete.PadId!.Value), complete, cancellation);
    }

    /// <summary>
    /// Begins to continue one prompt, a token at each call of <see cref="TokenStream.Step"/>. Several streams of one model may be open, and
    /// other passes may run between their steps. The model's modules are in evaluation mode until the last stream is disposed.
    /// </summary>
    /// <param name="prompt">The prompt's token ids.</param>
    /// <param name="options">The options, without beams.</param>
    /// <exception cref="GenerationException">As for <see cref="Generate"/>.</exception>
    internal TokenStream Open(IReadOnlyList<int> prompt, GenerationOptions options)
    {
        var config = _model.Decoder.Config;
        var complete = options.For(config);
        if (complete.Beams != 1)
            throw new GenerationOptionException(nameof(options.Beams), complete.Beams, "a beam search has no text before its end");
        using var frozen = no_grad();
        var stream = new TokenStream(_model, _run, prompt, complete);
        try
        {
            PromptBatch.Check([prompt], config, complete.MaxNewTokens, stream.ReservedPositions);
            CheckMemory([prompt], complete);
            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The largest number of tokens that a prompt may have: the backbone's positions without those of virtual tokens and of new tokens. Cut
    /// prompts to it before <see cref="Generate"/>, which truncates nothing.
    /// </summary>
    /// <param name="options">The options; null for greedy decoding.</param>
    /// <returns>The number; 0 or less if no prompt fits.</returns>
    /// <exception cref="GenerationOptionException">An option is out of range, or two options exclude each other.</exception>
    public int LongestPrompt(GenerationOptions? options = null)
    {
        var config = _model.Decoder.Config;
        var complete = (options ?? GenerationOptions.Greedy).For(config);
        using var frozen = no_grad();
        using var mode = new EvaluationMode(_model);
        using var session = new DecodingSession(_model, _run);
        return config.MaxPositions - complete.MaxNewTokens - (int)session.ReservedPositions();
    }

    /// <summary>Keys and values of a step exist twice while they are reordered, logits as probabilities and as scores.</summary>
    private void CheckMemory(IReadOnlyList<IReadOnlyList<int>> prompts, GenerationOptions options)
    {
        var config = _model.Decoder.Config;
        if (_model.Decoder.WordWeight.device_type != TorchSharp.DeviceType.CPU)
            return;
        var rows = (decimal)prompts.Count * options.Beams;
        decimal tokens = prompts.Max(prompt => prompt.Count) + options.MaxNewTokens;
        var bytes = rows * sizeof(float) * ((4m * config.Layers * config.HiddenSize * tokens) + (3m * config.AllWords));
        var available = AvailableMemory.Bytes;
        if (bytes > available)
            throw new NotEnoughMemoryException(
                $"{options.Beams} beams for {prompts.Count} prompts at a time",
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"keys, values and logits, {bytes / (1 << 30):F1} GiB,"),
                available, "lower --beam, --batch-size or --max-new-tokens");
    }

    private GeneratedSequence[] Search(
        DecodingSession session, PromptBatch batch, GenerationOptions options, CancellationToken cancellation)
    {
        var results = new GeneratedSequence[batch.Rows];
        var vocabularySize = _model.Decoder.Config.AllWords;
        var rules = new TokenRules(options, vocabularySize);
        if (rules.StopOf([]) is { } stop)
            Array.Fill(results, new Hypothesis(0, [], 0).Finish(stop, options.LengthPenalty));
        else if (options.Beams > 1)
            new BeamSearch(session, options, rules, vocabularySize).Run(batch, results, cancellation);
        else
            new TokenByToken(session, batch, options, rules).Run(results, cancellation);
        return results;
    }
}
