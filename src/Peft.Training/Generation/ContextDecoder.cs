using Peft.Models;
using Peft.Data;

namespace Peft.Training;

/// <summary>Writes a text for each context of a data-to-text task, prompting as training does: the context and the end token.</summary>
/// <param name="model">A decoder with its adapter.</param>
/// <param name="tokenizer">The decoder's tokenizer.</param>
/// <param name="task">The task's name.</param>
public sealed class ContextDecoder(PeftModel model, ITokenizer tokenizer, string task)
{
    private readonly CausalLanguageModel _decoder = (CausalLanguageModel)model.Backbone;

    /// <summary>Decodes every context of a set once.</summary>
    /// <param name="set">The set; contexts longer than the decoder has positions for lose their beginning.</param>
    /// <param name="options">How to decode; null: as AdaMix's released code (<see cref="GenerationOptions.AdaMixNlg"/>).</param>
    /// <param name="batchSize">Contexts at a time.</param>
    /// <param name="decoded">Told after each batch how many contexts are done, of how many; may be null.</param>
    /// <param name="cancellation">Asked before every step.</param>
    /// <returns>A text for each context, on one line, without blanks around it, and the references.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public DecodedSet Decode(
        GenerationSet set, GenerationOptions? options = null, int batchSize = 16, Action<int, int>? decoded = null,
        CancellationToken cancellation = default)
    {
        var config = _decoder.Decoder.Config;
        var how = options ?? GenerationOptions.AdaMixNlg(config.VocabularySize);
        var encoder = new GenerationEncoder(tokenizer, config.EndId, config.MaxPositions);
        var generator = new TokenGenerator(_decoder, model.Run);
        var records = set.Unique();
        var texts = new List<string>(records.Count);
        foreach (var batch in records.Chunk(batchSize))
        {
            var prompts = batch.Select(record => encoder.Prompt(record.Context, config.MaxPositions - how.MaxNewTokens)).ToList();
            var found = generator.Generate(prompts, how with { FirstRow = texts.Count }, cancellation);
            texts.AddRange(found.Select(sequence => tokenizer.Decode(sequence.Tokens).ReplaceLineEndings(" ").Trim()));
            decoded?.Invoke(texts.Count, records.Count);
        }

        return new DecodedSet(task, records, texts);
    }
}
