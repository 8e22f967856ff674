using Peft.Data;
using Peft.Models;

namespace Peft.Training;

/// <summary>
/// Generates a text with a run's decoder, one token per step. The steps of several generations, of one or several runs, may be interleaved
/// on one thread.
/// </summary>
internal sealed class TextGeneration : IDisposable
{
    private readonly TokenStream _tokens;
    private readonly ITokenizer _tokenizer;
    private readonly AnswerText _answer;

    private TextGeneration(TokenStream tokens, ITokenizer tokenizer, AnswerText answer, int promptTokens) =>
        (_tokens, _tokenizer, _answer, PromptTokens) = (tokens, tokenizer, answer, promptTokens);

    /// <summary>Tokens of the prompt.</summary>
    public int PromptTokens { get; }

    /// <summary>Generated tokens, including an end token.</summary>
    public int NewTokens => _tokens.Tokens.Count + (_tokens.Result?.EndToken is null ? 0 : 1);

    /// <summary>Whether a text that ends the answer was generated.</summary>
    public bool IsStopped => _answer.IsStopped;

    /// <summary>Whether as many tokens were generated as were allowed.</summary>
    public bool IsCut => !IsStopped && _tokens.Result?.Stop == GenerationStop.MaxNewTokens;

    /// <summary>Whether a run's model generates texts.</summary>
    public static bool Takes(TrainedModel model) => model.Model.Backbone is CausalLanguageModel;

    /// <summary>Begins a text.</summary>
    /// <param name="model">A run on a decoder.</param>
    /// <param name="turns">The prompt.</param>
    /// <param name="options">How tokens are chosen. The backbone's positions may allow fewer than
    /// <see cref="GenerationOptions.MaxNewTokens"/>.</param>
    /// <param name="stops">Texts that end the answer.</param>
    /// <exception cref="PromptRoomException">The prompt leaves no position for a new token.</exception>
    public static TextGeneration Begin(
        TrainedModel model, IReadOnlyList<PromptTurn> turns, GenerationOptions options, IReadOnlyList<string> stops)
    {
        var (form, generator) = (PromptForm.Find(model), new TokenGenerator((CausalLanguageModel)model.Model.Backbone, model.Model.Run));
        var prompt = form.Encode(turns);
        var longest = generator.LongestPrompt(options with { MaxNewTokens = 1, MinLength = 0 });
        if (prompt.Length > longest)
            throw new PromptRoomException(prompt.Length, longest);
        string[] ends = form.Ending.Length > 0 ? [form.Ending, .. stops] : [.. stops];
        var tokens = generator.Open(
            prompt, options with { MaxNewTokens = Math.Min(options.MaxNewTokens, longest + 1 - prompt.Length) });
        return new TextGeneration(tokens, model.Tokenizer, new AnswerText(ends, form.KeepsBlanks), prompt.Length);
    }

    /// <summary>Generates the next token.</summary>
    /// <returns>The text that is added to the answer, often empty, and whether more can follow.</returns>
    /// <exception cref="NonFiniteLogitsException">The model's logits are NaN.</exception>
    public (string Piece, bool GoesOn) Step()
    {
        var goesOn = _tokens.Step();
        var piece = _answer.Next(_tokenizer.Decode(_tokens.Tokens), isWhole: !goesOn);
        return (piece, goesOn && !IsStopped);
    }

    /// <inheritdoc/>
    public void Dispose() => _tokens.Dispose();
}

/// <summary>A prompt leaves no position for a new token.</summary>
/// <param name="tokens">Tokens of the prompt.</param>
/// <param name="most">The largest number that leaves one.</param>
public sealed class PromptRoomException(int tokens, int most) : TaskException(
    $"the prompt has {tokens} tokens, and the model takes prompts of at most {Math.Max(0, most)}; shorten it.");
