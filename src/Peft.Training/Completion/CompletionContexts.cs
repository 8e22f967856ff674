using Peft.Data;
using Peft.Models;

namespace Peft.Training;

/// <summary>Prompts to be decoded, as training writes them.</summary>
internal static class CompletionContexts
{
    /// <summary>The prompts of examples, each with all of its completions as references.</summary>
    public static ScoredContexts Scored(
        PeftModel model, ITokenizer tokenizer, PromptTemplate template, IReadOnlyList<CompletionExample> examples)
    {
        var contexts = new Dictionary<string, IReadOnlyList<PromptTurn>>(StringComparer.Ordinal);
        var records = new List<GenerationRecord>();
        foreach (var example in examples)
        {
            var key = string.Concat(template.WritePrompt(example.Prompt).Select(part => part.Text));
            contexts.TryAdd(key, example.Prompt);
            records.Add(new GenerationRecord(key, [example.Completion]));
        }

        return new ScoredContexts(Decoder(model, tokenizer, template, contexts), new GenerationSet("", records));
    }

    /// <summary>A decoder of prompts.</summary>
    /// <param name="model">The model with its adapter.</param>
    /// <param name="tokenizer">The decoder's tokenizer.</param>
    /// <param name="template">How messages are written.</param>
    /// <param name="contexts">The messages of each context.</param>
    public static ContextDecoder Decoder(
        PeftModel model, ITokenizer tokenizer, PromptTemplate template, IReadOnlyDictionary<string, IReadOnlyList<PromptTurn>> contexts)
    {
        var config = ((CausalLanguageModel)model.Backbone).Decoder.Config;
        var encoder = new CompletionEncoder(tokenizer, template, config.EndId, config.MaxPositions);
        return new ContextDecoder(model, tokenizer, CompletionTask.TaskName)
        {
            Prompt = (context, limit) => encoder.Prompt(contexts[context], limit),
            Ending = template.Ending,
        };
    }
}
