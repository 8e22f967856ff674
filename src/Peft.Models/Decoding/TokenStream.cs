using static TorchSharp.torch;

namespace Peft.Models;

/// <summary>
/// The continuation of one prompt while it is generated, greedily or by sampling. It has the tokens that
/// <see cref="TokenGenerator.Generate"/> gives. All calls are of one thread at a time, as for the model.
/// </summary>
internal sealed class TokenStream : IDisposable
{
    private readonly EvaluationMode _mode;
    private readonly DecodingSession _session;
    private readonly TokenByToken _steps;
    private readonly GeneratedSequence[] _results = new GeneratedSequence[1];

    internal TokenStream(
        CausalLanguageModel model, Func<Func<Tensor>, Tensor> run, IReadOnlyList<int> prompt, GenerationOptions options)
    {
        (_mode, _session) = (new EvaluationMode(model), new DecodingSession(model, run));
        try
        {
            var rules = new TokenRules(options, model.Decoder.Config.AllWords);
            _steps = new TokenByToken(_session, PromptBatch.Pad([prompt], options.PadId!.Value), options, rules);
            if (rules.StopOf([]) is { } stop)
                _results[0] = new Hypothesis(0, [], 0).Finish(stop, options.LengthPenalty);
            ReservedPositions = _session.ReservedPositions();
        }
        catch
        {
            _session.Dispose();
            _mode.Dispose(); // the model is back in the mode that it had
            throw;
        }
    }

    /// <summary>The tokens so far, without an end token.</summary>
    public IReadOnlyList<int> Tokens => Result?.Tokens ?? _steps.Live[0].Tokens;

    /// <summary>The whole continuation; null before its end.</summary>
    public GeneratedSequence? Result => _results[0];

    /// <summary>The number of positions that methods use before the real tokens.</summary>
    internal long ReservedPositions { get; }

    /// <summary>Generates the next token.</summary>
    /// <returns>Whether the text goes on.</returns>
    /// <exception cref="NonFiniteLogitsException">The model's logits are NaN.</exception>
    public bool Step()
    {
        if (Result is not null)
            return false;
        using var frozen = no_grad();
        _steps.Step(_results);
        return Result is null;
    }

    /// <summary>Frees the keys and values.</summary>
    public void Dispose()
    {
        _session.Dispose();
        _mode.Dispose();
    }
}
