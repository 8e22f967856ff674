using Peft.Data;
using Peft.Models;

namespace Peft.Training;

/// <summary>How a task's prompts are written for its decoder, as in training, and which part of the generated text is the answer.</summary>
/// <param name="Encode">Encodes messages of a conversation; a single text is one message of the user.</param>
/// <param name="Ending">The text that precedes the end token, at which generated texts are cut; empty for none.</param>
/// <param name="KeepsBlanks">Whether the text continues the prompt, so that blanks at its ends belong to it.</param>
internal sealed record PromptForm(Func<IReadOnlyList<PromptTurn>, int[]> Encode, string Ending, bool KeepsBlanks)
{
    /// <summary>
    /// The form of a run. Completions have the template that the run was trained with. Tasks with contexts have the end token after the
    /// context. Models of plain text continue the prompt. Without a template, the contents of messages are joined by line breaks.
    /// </summary>
    /// <param name="model">A run on a decoder.</param>
    public static PromptForm Find(TrainedModel model)
    {
        var (tokenizer, config) = (model.Tokenizer, ((CausalLanguageModel)model.Model.Backbone).Decoder.Config);
        switch (model.Task)
        {
            case CompletionTask { Template: var template }:
                var messages = new CompletionEncoder(tokenizer, template, config.EndId, config.MaxPositions);
                return new PromptForm(turns => messages.Prompt(turns, int.MaxValue), template.Ending, KeepsBlanks: false);
            case PretrainingTask or GenerationTask { Name: GenerationTasks.Text }:
                return new PromptForm(
                    turns => [.. BackboneSource.TokensOf(tokenizer, Join(turns)).DefaultIfEmpty(config.EndId)], "", KeepsBlanks: true);
            default:
                var contexts = new GenerationEncoder(tokenizer, config.EndId, config.MaxPositions);
                return new PromptForm(turns => contexts.Prompt(Join(turns), int.MaxValue), "", KeepsBlanks: false);
        }
    }

    private static string Join(IReadOnlyList<PromptTurn> turns) => string.Join('\n', turns.Select(turn => turn.Content));
}
