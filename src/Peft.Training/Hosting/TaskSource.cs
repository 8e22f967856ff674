using Peft.Tasks;

namespace Peft.Training;

/// <summary>Finds tasks: the built-in one, or a GLUE task in a folder.</summary>
public static class TaskSource
{
    /// <summary>The name of the built-in task.</summary>
    public const string BuiltIn = "builtin";

    private const int BuiltInTrainRows = 2000;
    private const int BuiltInDevRows = 500;

    /// <summary>Data do not follow the run's seed: runs with several seeds are compared on the same rows.</summary>
    private const long BuiltInSeed = 1;
    private const long SubsetSeed = 42;

    /// <summary>Loads a run's task.</summary>
    /// <param name="options">The settings.</param>
    /// <returns>Training and development examples.</returns>
    /// <exception cref="TrainingOptionsException">A GLUE task was named without a folder.</exception>
    public static TaskData Load(TrainingOptions options)
    {
        if (options.Task == BuiltIn)
        {
            return BuiltInTask.Create(
                BuiltInSeed, Or(options.TrainLimit, BuiltInTrainRows), Or(options.DevLimit, BuiltInDevRows), new BuiltInTaskOptions { Clauses = 1 });
        }

        if (options.Data is null)
            throw new TrainingOptionsException("data", $"is missing; task {options.Task} is read from a folder with train.tsv and dev.tsv");
        var limits = new TaskLoadOptions { TrainLimit = OrNull(options.TrainLimit), DevLimit = OrNull(options.DevLimit), Seed = SubsetSeed };
        return TaskData.Load(options.Task, options.Data, limits);
    }

    /// <summary>The definition behind a task's name.</summary>
    /// <param name="name">The name in a result.</param>
    /// <returns>The definition.</returns>
    /// <exception cref="UnknownTaskException">There is none.</exception>
    public static TaskDefinition Definition(string name) => name == BuiltInTask.Name ? BuiltInTask.Create(BuiltInSeed, 1, 1).Task : GlueTasks.Find(name);

    private static int Or(int limit, int all) => limit > 0 ? limit : all;

    private static int? OrNull(int limit) => limit > 0 ? limit : null;
}
