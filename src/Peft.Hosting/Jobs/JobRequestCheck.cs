using Peft.Training;

namespace Peft.Hosting;

/// <summary>Checks a job when it is submitted, so that a job that cannot run does not wait for its turn to fail.</summary>
internal sealed class JobRequestCheck(MethodRegistry methods, TaskRegistry tasks)
{
    private const int MostPriority = 9;

    /// <summary>Checks options and priority.</summary>
    public void Check(TrainingOptions options, int priority)
    {
        if (Math.Abs(priority) > MostPriority)
            throw new JobRequestException($"the priority {priority} is not allowed; expected -{MostPriority} to {MostPriority}.");
        TrainingOptionsCheck.Check(options);
        if (options is { Folds: > 0, Fold: 0 })
            throw new TrainingOptionsException("folds", $"{options.Folds} folds are {options.Folds} jobs; give the fold of each");
        if (options.Data == "-")
            throw new TrainingOptionsException("data", "a job has no standard input; name a file");
        _ = tasks.Find(TaskSource.NameFor(options));
        _ = TuningMethod.Parse(methods, options);
    }
}
