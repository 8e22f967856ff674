namespace Peft.Training;

/// <summary>A model's answer to a text.</summary>
/// <param name="Text">The text, or the first text of a pair.</param>
/// <param name="Answer">The label of the most likely class, the score of a regression task, the generated text, or the entities in
/// words.</param>
/// <param name="Probability">The class's probability; null for tasks without classes.</param>
/// <param name="Classes">Every class with its probability, most likely first; empty for tasks without classes.</param>
public sealed record Prediction(string Text, string Answer, double? Probability, IReadOnlyList<ClassProbability> Classes)
{
    /// <summary>The predicted labels of a task whose examples may have several; null for every other.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>The number that a regression task predicts; null for every other.</summary>
    public double? Score { get; init; }

    /// <summary>The entities of the text, or the tags of its words; null for tasks that classify no tokens.</summary>
    public IReadOnlyList<EntityPrediction>? Entities { get; init; }
}

/// <summary>An entity of a text, or a word with its tag.</summary>
/// <param name="Label">Its type, such as PER, or the word's tag.</param>
/// <param name="Text">Its characters.</param>
/// <param name="Start">The index of its first UTF-16 character in the text.</param>
/// <param name="End">One past its last character.</param>
/// <param name="Probability">The mean probability of the tags of its words.</param>
public sealed record EntityPrediction(string Label, string Text, int Start, int End, double Probability);

/// <summary>A class and its probability.</summary>
/// <param name="Label">The class's name.</param>
/// <param name="Probability">From 0 to 1.</param>
public sealed record ClassProbability(string Label, double Probability);
