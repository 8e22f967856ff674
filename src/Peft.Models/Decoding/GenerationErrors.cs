using System.Globalization;
using System.Text.Json;

namespace Peft.Models;

/// <summary>Base class of errors that <see cref="TokenGenerator"/> throws for invalid input.</summary>
/// <param name="message">What was expected, what was found and how to fix it.</param>
public abstract class GenerationException(string message) : Exception(message);

/// <summary>An option is out of range, or two options exclude each other.</summary>
/// <param name="option">Its name.</param>
/// <param name="value">Its value.</param>
/// <param name="problem">What was expected.</param>
public sealed class GenerationOptionException(string option, object? value, string problem)
    : GenerationException(string.Create(CultureInfo.InvariantCulture, $"{Spelled(option)} is {value}: {problem}."))
{
    /// <summary>The options whose names on the command line are not those of the properties.</summary>
    private static readonly Dictionary<string, string> s_spelled = new()
    {
        [nameof(GenerationOptions.Beams)] = "beam", [nameof(GenerationOptions.NoRepeatNGram)] = "no-repeat-ngram",
        [nameof(GenerationOptions.EndTokens)] = "end-token",
    };

    /// <summary>Options that the command line does not have.</summary>
    private static readonly string[] s_unnamed = [nameof(GenerationOptions.PadId), nameof(GenerationOptions.FirstRow)];


    /// <summary>The option's name: that of the property of <see cref="GenerationOptions"/>.</summary>
    public string Option { get; } = option;

    /// <summary>An option, as typed on the command line.</summary>
    private static string Spelled(string option) => s_unnamed.Contains(option)
        ? option : "--" + s_spelled.GetValueOrDefault(option, JsonNamingPolicy.KebabCaseLower.ConvertName(option));
}

/// <summary>A prompt is empty.</summary>
/// <param name="prompt">The prompt's index, from 0.</param>
public sealed class EmptyPromptException(int prompt)
    : GenerationException($"prompt {prompt} is empty; give at least one token, such as the one that begins or ends a text.");

/// <summary>A prompt and its new tokens need more positions than the backbone has.</summary>
/// <param name="prompt">The prompt's index, from 0.</param>
/// <param name="tokens">The number of its tokens.</param>
/// <param name="newTokens">The largest number of new tokens.</param>
/// <param name="reserved">The positions of virtual tokens.</param>
/// <param name="positions">The backbone's positions.</param>
public sealed class PromptTooLongException(int prompt, long tokens, long newTokens, long reserved, long positions) : GenerationException(
    $"prompt {prompt} has {tokens} tokens, up to {newTokens} new ones may "
        + $"follow{(reserved > 0 ? $" and virtual tokens take {reserved} positions" : "")}: "
    + $"{tokens + newTokens + reserved} in all, and the backbone has {positions} positions. Shorten the prompt, or allow fewer new "
        + "tokens (--max-new-tokens).");

/// <summary>A prompt contains an id that is not in the backbone's vocabulary.</summary>
/// <param name="prompt">The prompt's index, from 0.</param>
/// <param name="id">The id.</param>
/// <param name="vocabularySize">The size of the vocabulary.</param>
public sealed class UnknownPromptTokenException(int prompt, long id, int vocabularySize) : GenerationException(
    $"prompt {prompt} has the token id {id}, and the backbone's vocabulary has {vocabularySize} tokens, numbered from 0; use the "
        + "tokenizer that belongs to the backbone.");

/// <summary>The model's logits are NaN.</summary>
/// <param name="prompt">The prompt's index, from 0.</param>
/// <param name="step">The step, from 0.</param>
public sealed class NonFiniteLogitsException(int prompt, int step) : GenerationException(
    $"the logits after prompt {prompt} and {step} generated tokens are not finite; check the weights of the backbone and the adapter "
        + "(`peft inspect`).");
