namespace Peft.Training;

/// <summary>The kind of head that a task needs on the backbone.</summary>
public abstract record TaskHead
{
    private TaskHead()
    {
    }

    /// <summary>A new head with one output for each class, or a single output.</summary>
    /// <param name="Outputs">The number of outputs.</param>
    public sealed record Classifier(int Outputs) : TaskHead
    {
        /// <summary>The names of the classes, in the order of the outputs; empty for a single output. Adapters contain them.</summary>
        public IReadOnlyList<string> Labels { get; init; } = [];
    }

    /// <summary>The backbone's own language model head, which predicts the next token.</summary>
    public sealed record LanguageModel : TaskHead;
}
