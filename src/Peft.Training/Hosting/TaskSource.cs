using Peft.Tasks;

namespace Peft.Training;

/// <summary>Finds tasks: the built-in one, or a GLUE task in a folder.</summary>
public static class TaskSource
{
    /// <summary>The name of the built-in task.</summary>
    public const string BuiltIn = "builtin";

    /// <summary>Loads a run's task.</summary>
    /// <param name="options">The settings.</param>
    /// <returns>Training and development examples.</returns>
    /// <exception cref="TrainingOptionsException">A GLUE task was named without a folder.</exception>
    public static TaskData Load(TrainingOptions options)
    {
        if (options.Task == BuiltIn)
            return BuiltInTask.Create(options.TrainLimit, options.DevLimit);
        if (options.Data is null)
            throw new TrainingOptionsException("data", $"is missing; task {options.Task} is read from a folder with train.tsv and dev.tsv");
        return TaskData.Load(options.Task, options.Data, options.TrainLimit, options.DevLimit, options.Seed);
    }
}
