using System.Globalization;

namespace Peft.Models;

/// <summary>Base of what <see cref="TokenGenerator"/> throws for bad input.</summary>
/// <param name="message">What was expected, what was found, what to do.</param>
public abstract class GenerationException(string message) : Exception(message);

/// <summary>An option is out of range, or two exclude each other.</summary>
/// <param name="option">Its name.</param>
/// <param name="value">Its value.</param>
/// <param name="problem">What was expected.</param>
public sealed class GenerationOptionException(string option, object? value, string problem)
    : GenerationException(string.Create(CultureInfo.InvariantCulture, $"{option} is {value}: {problem}."))
{
    /// <summary>The option's name.</summary>
    public string Option { get; } = option;
}

/// <summary>A prompt has no token.</summary>
/// <param name="prompt">Its number, from 0.</param>
public sealed class EmptyPromptException(int prompt)
    : GenerationException($"prompt {prompt} is empty; give at least one token, such as the one that begins or ends a text.");

/// <summary>A prompt and the tokens that may follow need more positions than the backbone has.</summary>
/// <param name="prompt">The prompt's number, from 0.</param>
/// <param name="tokens">Its tokens.</param>
/// <param name="newTokens">Tokens that may follow.</param>
/// <param name="reserved">Positions that virtual tokens take.</param>
/// <param name="positions">Positions there are.</param>
public sealed class PromptTooLongException(int prompt, long tokens, long newTokens, long reserved, long positions) : GenerationException(
    $"prompt {prompt} has {tokens} tokens, up to {newTokens} new ones may "
        + $"follow{(reserved > 0 ? $" and virtual tokens take {reserved} positions" : "")}: "
    + $"{tokens + newTokens + reserved} in all, and the backbone has {positions} positions. Shorten the prompt, or allow fewer new "
        + $"tokens ({nameof(GenerationOptions.MaxNewTokens)}, --max-new-tokens).");

/// <summary>A prompt has an id that the backbone's vocabulary lacks.</summary>
/// <param name="prompt">The prompt's number, from 0.</param>
/// <param name="id">The id.</param>
/// <param name="vocabularySize">Ids there are.</param>
public sealed class UnknownPromptTokenException(int prompt, long id, int vocabularySize) : GenerationException(
    $"prompt {prompt} has the token id {id}, and the backbone's vocabulary has {vocabularySize} tokens, numbered from 0; use the "
        + "tokenizer that belongs to the backbone.");

/// <summary>The model's logits are not numbers.</summary>
/// <param name="prompt">The prompt's number, from 0.</param>
/// <param name="step">The step, from 0.</param>
public sealed class NonFiniteLogitsException(int prompt, int step) : GenerationException(
    $"the logits after prompt {prompt} and {step} generated tokens are not finite; check the weights of the backbone and the adapter "
        + "(`peft inspect`).");
