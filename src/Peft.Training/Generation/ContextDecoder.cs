using Peft.Backbones;
using Peft.Text;

namespace Peft.Training;

/// <summary>Writes a text for each context of a data-to-text task, prompting as training does: the context and the end token.</summary>
/// <param name="model">A decoder with its adapter.</param>
/// <param name="tokenizer">The decoder's tokenizer.</param>
public sealed class ContextDecoder(PeftModel model, ITokenizer tokenizer)
{
    private readonly CausalLanguageModel _decoder = (CausalLanguageModel)model.Backbone;

    /// <summary>Decodes.</summary>
    /// <param name="contexts">Contexts; longer ones than the decoder has positions for lose their beginning.</param>
    /// <param name="options">How to decode.</param>
    /// <param name="batchSize">Contexts at a time.</param>
    /// <param name="decoded">Told after each batch how many contexts are done; may be null.</param>
    /// <param name="cancellation">Asked before every step.</param>
    /// <returns>A text for each context, on one line, without blanks around it.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IReadOnlyList<string> Decode(
        IReadOnlyList<string> contexts, GenerationOptions options, int batchSize, Action<int>? decoded, CancellationToken cancellation)
    {
        var config = _decoder.Decoder.Config;
        var encoder = new GenerationEncoder(tokenizer, config.EndId, config.MaxPositions);
        var generator = new TokenGenerator(_decoder, model.Run);
        var texts = new List<string>(contexts.Count);
        foreach (var batch in contexts.Chunk(batchSize))
        {
            var prompts = batch.Select(context => encoder.Prompt(context, config.MaxPositions - options.MaxNewTokens)).ToList();
            var found = generator.Generate(prompts, options with { FirstRow = texts.Count }, cancellation);
            texts.AddRange(found.Select(sequence => tokenizer.Decode(sequence.Tokens).ReplaceLineEndings(" ").Trim()));
            decoded?.Invoke(texts.Count);
        }

        return texts;
    }
}
