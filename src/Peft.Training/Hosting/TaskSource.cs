using Peft.Data;

namespace Peft.Training;

/// <summary>Reads the built-in task and GLUE's tasks according to a run's settings.</summary>
internal static class TaskSource
{
    /// <summary>The name of the built-in task.</summary>
    public const string BuiltIn = "builtin";

    /// <summary>The name that stands for a task chosen by the data that are given.</summary>
    public const string Automatic = "auto";

    private const int BuiltInTrainRows = 2000;
    private const int BuiltInDevRows = 500;

    /// <summary>
    /// The data's seed. It does not depend on the run's seed, so that runs with different seeds are compared on the same rows.
    /// </summary>
    private const long BuiltInSeed = 1;
    public const long SubsetSeed = 42;

    private static readonly BuiltInTaskOptions s_builtInOptions = new() { Clauses = 1 };

    /// <summary>The built-in task, under its name on the command line.</summary>
    public static TaskDefinition BuiltInDefinition { get; } = BuiltInTask.Create(BuiltInSeed, 1, 1, s_builtInOptions).Task with
    {
        Name = BuiltIn,
    };

    /// <summary>The name of the task of a run.</summary>
    public static string NameFor(TrainingOptions options) => options.Task != Automatic ? options.Task
        : options.Data is null && options.Train is null ? BuiltIn : "classification";

    /// <exception cref="TrainingOptionsException">A data folder was given, but the task does not read one.</exception>
    public static TaskData LoadBuiltIn(TrainingOptions options)
    {
        RefuseData(options);
        return BuiltInTask.Create(
            BuiltInSeed, Or(options.TrainLimit, BuiltInTrainRows), Or(options.DevLimit, BuiltInDevRows),
            s_builtInOptions);
    }

    /// <summary>Rejects a data folder that the task would not read, so that it does not train on other data unnoticed.</summary>
    /// <exception cref="TrainingOptionsException">A data folder was given.</exception>
    public static void RefuseData(TrainingOptions options)
    {
        TrainingOptionsCheck.RefuseTableOptions(options);
        if (options.Data is not null)
            throw new TrainingOptionsException(
                "data", $"'{options.Data}' is not used: the task {options.Task} generates its own examples; name the data's task with "
                + "--task");
    }

    /// <exception cref="TrainingOptionsException">No data folder was given.</exception>
    public static TaskData LoadGlue(TaskDefinition task, TrainingOptions options)
    {
        TrainingOptionsCheck.RefuseTableOptions(options);
        if (options.Data is null)
            throw new TrainingOptionsException("data", $"is missing; task {task.Name} is read from a folder with train.tsv and dev.tsv");
        return TaskData.Load(
            task.Name, options.Data,
            new TaskLoadOptions
            {
                TrainLimit = OrNull(options.TrainLimit), DevLimit = OrNull(options.DevLimit), Seed = SubsetSeed,
                SkipMalformedRows = options.SkipMalformed,
            });
    }

    private static int Or(int limit, int all) => limit > 0 ? limit : all;

    public static int? OrNull(int limit) => limit > 0 ? limit : null;
}
