using Peft.Models;
using Peft.Data;

namespace Peft.Training;

/// <summary>
/// Generates a text for each context of a data-to-text task. The prompt is the same as in training: the context and the end token.
/// </summary>
/// <param name="model">A decoder with its adapter.</param>
/// <param name="tokenizer">The decoder's tokenizer.</param>
/// <param name="task">The task's name.</param>
public sealed class ContextDecoder(PeftModel model, ITokenizer tokenizer, string task)
{
    private readonly CausalLanguageModel _decoder = (CausalLanguageModel)model.Backbone;

    /// <summary>
    /// Encodes a context to at most the given number of ids; null for the default, which is the context and the end token.
    /// </summary>
    internal Func<string, int, int[]>? Prompt { get; init; }

    /// <summary>The text that precedes the end token, at which generated texts are cut; empty for none.</summary>
    internal string Ending { get; init; } = "";

    /// <summary>Decodes every context of a set once.</summary>
    /// <param name="set">The set. Contexts longer than the decoder's positions, less those of virtual and of new tokens, are cut
    /// at their beginning.</param>
    /// <param name="options">Decoding options; null for those of AdaMix's released code
    /// (<see cref="GenerationOptions.AdaMixNlg"/>).</param>
    /// <param name="batchSize">Contexts in a batch.</param>
    /// <param name="decoded">Receives, after each batch, the number of decoded contexts and the total; may be null.</param>
    /// <param name="cancellation">Checked before every step.</param>
    /// <returns>The references and a text for each context, on one line, without leading or trailing blanks.</returns>
    /// <exception cref="OperationCanceledException">Decoding was cancelled.</exception>
    public DecodedSet Decode(
        GenerationSet set, GenerationOptions? options = null, int batchSize = 16, Action<int, int>? decoded = null,
        CancellationToken cancellation = default)
    {
        var config = _decoder.Decoder.Config;
        var how = options ?? GenerationOptions.AdaMixNlg(config.VocabularySize);
        var prompt = Prompt ?? new GenerationEncoder(tokenizer, config.EndId, config.MaxPositions).Prompt;
        var generator = new TokenGenerator(_decoder, model.Run);
        var longest = generator.LongestPrompt(how);
        var records = set.Unique();
        var texts = new List<string>(records.Count);
        foreach (var batch in records.Chunk(batchSize))
        {
            var prompts = batch.Select(record => prompt(record.Context, longest)).ToList();
            var found = generator.Generate(prompts, how with { FirstRow = texts.Count }, cancellation);
            texts.AddRange(found.Select(sequence => Text(sequence.Tokens)));
            decoded?.Invoke(texts.Count, records.Count);
            ComputeTurn.Yield();
        }

        return new DecodedSet(task, records, texts);
    }

    /// <summary>A generated text on one line.</summary>
    private string Text(IReadOnlyList<int> tokens)
    {
        var text = tokenizer.Decode(tokens);
        if (Ending.Length > 0 && text.IndexOf(Ending, StringComparison.Ordinal) is >= 0 and var end)
            text = text[..end];
        return text.ReplaceLineEndings(" ").Trim();
    }
}
