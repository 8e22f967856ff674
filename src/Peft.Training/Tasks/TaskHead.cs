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

    /// <summary>A new head with one output for each label, on every token.</summary>
    /// <param name="Outputs">The number of outputs.</param>
    public sealed record Tokens(int Outputs) : TaskHead
    {
        /// <summary>The names of the labels, in the order of the outputs. Adapters contain them.</summary>
        public IReadOnlyList<string> Labels { get; init; } = [];
    }

    /// <summary>The backbone's own language model head, which predicts the next token.</summary>
    public sealed record LanguageModel : TaskHead;

    /// <summary>
    /// The head that the backbone was pretrained with: that of a decoder, which predicts the next token, or an encoder's for masked words,
    /// which is new where the checkpoint has none.
    /// </summary>
    public sealed record Pretraining : TaskHead;

    /// <summary>
    /// An encoder's masked-word head, which predicts the word behind a mask; new where the checkpoint has none.
    /// </summary>
    public sealed record MaskedWords : TaskHead;
}
