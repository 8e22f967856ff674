namespace Peft.Training;

/// <summary>A model's answer to a text.</summary>
/// <param name="Text">The text, or the first text of a pair.</param>
/// <param name="Answer">The label of the most likely class, the score of a regression task, or the generated text.</param>
/// <param name="Probability">The class's probability; null for tasks without classes.</param>
/// <param name="Classes">Every class with its probability, most likely first; empty for tasks without classes.</param>
public sealed record Prediction(string Text, string Answer, double? Probability, IReadOnlyList<ClassProbability> Classes)
{
    /// <summary>The predicted labels of a task whose examples may have several; null for every other.</summary>
    public IReadOnlyList<string>? Labels { get; init; }
}

/// <summary>A class and its probability.</summary>
/// <param name="Label">The class's name.</param>
/// <param name="Probability">From 0 to 1.</param>
public sealed record ClassProbability(string Label, double Probability);
