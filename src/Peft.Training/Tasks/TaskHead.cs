namespace Peft.Training;

/// <summary>What a task needs on top of the backbone.</summary>
public abstract record TaskHead
{
    private TaskHead()
    {
    }

    /// <summary>A new head with a number for each class, or one number.</summary>
    /// <param name="Outputs">How many numbers.</param>
    public sealed record Classifier(int Outputs) : TaskHead;

    /// <summary>The backbone's own language model head, which predicts the next token.</summary>
    public sealed record LanguageModel : TaskHead;
}
