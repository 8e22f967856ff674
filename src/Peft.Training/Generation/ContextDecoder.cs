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
        var encoder = new GenerationEncoder(tokenizer, config.EndId, config.MaxPositions);
        var generator = new TokenGenerator(_decoder, model.Run);
        var longest = generator.LongestPrompt(how);
        var records = set.Unique();
        var texts = new List<string>(records.Count);
        foreach (var batch in records.Chunk(batchSize))
        {
            var prompts = batch.Select(record => encoder.Prompt(record.Context, longest)).ToList();
            var found = generator.Generate(prompts, how with { FirstRow = texts.Count }, cancellation);
            texts.AddRange(found.Select(sequence => tokenizer.Decode(sequence.Tokens).ReplaceLineEndings(" ").Trim()));
            decoded?.Invoke(texts.Count, records.Count);
        }

        return new DecodedSet(task, records, texts);
    }
}
