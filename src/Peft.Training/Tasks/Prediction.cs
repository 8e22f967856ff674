namespace Peft.Training;

/// <summary>What a model answers to a text.</summary>
/// <param name="Text">The text, or the first of two.</param>
/// <param name="Answer">The label of the likeliest class, the score of a regression task, or the text that was written.</param>
/// <param name="Probability">The class's probability; null where there are no classes.</param>
/// <param name="Classes">Every class with its probability, the likeliest first; empty where there are none.</param>
public sealed record Prediction(string Text, string Answer, double? Probability, IReadOnlyList<ClassProbability> Classes);

/// <summary>A class and how likely it is.</summary>
/// <param name="Label">The class's name.</param>
/// <param name="Probability">From 0 to 1.</param>
public sealed record ClassProbability(string Label, double Probability);
