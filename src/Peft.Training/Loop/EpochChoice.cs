namespace Peft.Training;

/// <summary>Chooses the number of epochs where a run names none, so that few examples make enough steps to learn from.</summary>
internal static class EpochChoice
{
    /// <summary>The value of <see cref="TrainingOptions.Epochs"/> that stands for a choice by the number of examples.</summary>
    public const int Automatic = 0;

    private const int Fewest = 3;
    private const int Most = 40;
    private const int EnoughSteps = 400;

    /// <summary>Replaces <see cref="Automatic"/> by 3, or by as many epochs as make 400 optimiser steps, at most 40.</summary>
    /// <param name="options">The run's settings.</param>
    /// <param name="rows">Training examples.</param>
    /// <param name="notice">Receives a line if more than 3 are chosen.</param>
    public static TrainingOptions Resolve(TrainingOptions options, int rows, Action<string> notice)
    {
        if (options.Epochs != Automatic)
            return options;
        var rowsOfStep = (long)options.BatchSize * options.GradientAccumulation;
        var steps = Math.Max(1, (rows + rowsOfStep - 1) / rowsOfStep);
        var epochs = (int)Math.Clamp((EnoughSteps + steps - 1) / steps, Fewest, Most);
        if (epochs > Fewest && options.MaxSteps == 0)
            notice($"{epochs} epochs, because the rows make {steps} {(steps == 1 ? "step" : "steps")} in each; --epochs sets another "
                + "number");
        return options with { Epochs = epochs };
    }
}
