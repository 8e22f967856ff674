using System.Diagnostics;
using System.Globalization;

namespace Peft.Experiments;

/// <summary>
/// Runs the cells of a study in several processes of the same command, because runs of one process compute in turn. Each process takes the
/// next cell that has no result and is not locked.
/// </summary>
internal static class StudyProcesses
{
    /// <summary>The option that makes the command a worker.</summary>
    public const string WorkerOption = "--worker";

    /// <summary>Runs workers and waits for their end.</summary>
    /// <param name="plan">The study, whose lock the caller holds.</param>
    /// <param name="arguments">The arguments of the command, without those of processes and threads.</param>
    /// <param name="count">How many workers run at once.</param>
    /// <param name="cancellation">Ends the workers; their unfinished cells are run again by the next call.</param>
    /// <returns>The outcome of the cells.</returns>
    /// <exception cref="StudyWorkerException">A worker failed for another reason than a cell.</exception>
    public static StudyOutcome Run(StudyPlan plan, IReadOnlyList<string> arguments, int count, CancellationToken cancellation)
    {
        var before = StudyRunner.Count(plan);
        var threads = Math.Max(1, Environment.ProcessorCount / count).ToString(CultureInfo.InvariantCulture);
        var workers = new List<Process>();
        try
        {
            for (var worker = 0; worker < count; worker++)
                workers.Add(Start([.. arguments, WorkerOption, "--threads", threads]));
            using var stop = cancellation.Register(() => workers.ForEach(End));
            workers.ForEach(worker => worker.WaitForExit());
            var after = StudyRunner.Count(plan);
            var missing = plan.Cells.Count - after.Open - after.Finished;
            if (!cancellation.IsCancellationRequested && workers.All(worker => worker.ExitCode != 0) && after.Finished == before.Finished
                && missing > 0)
                throw new StudyWorkerException(count, workers[0].ExitCode);
            return after with
            {
                Run = after.Finished - before.Finished, Failed = cancellation.IsCancellationRequested ? 0 : missing,
                Cancelled = cancellation.IsCancellationRequested,
            };
        }
        finally
        {
            workers.ForEach(End);
            workers.ForEach(worker => worker.Dispose());
        }
    }

    private static Process Start(IReadOnlyList<string> arguments)
    {
        var program = Environment.ProcessPath!;
        var isHost = Path.GetFileNameWithoutExtension(program) == "dotnet";
        string[] entry = isHost ? [Environment.GetCommandLineArgs()[0]] : [];
        return Process.Start(new ProcessStartInfo(program, [.. entry, .. arguments]) { UseShellExecute = false })!;
    }

    private static void End(Process worker)
    {
        if (!worker.HasExited)
            worker.Kill(entireProcessTree: true);
    }
}

/// <summary>Every worker of a study ended with an error, and none ran a cell.</summary>
/// <param name="count">How many there were.</param>
/// <param name="code">The exit code of the first.</param>
internal sealed class StudyWorkerException(int count, int code) : Exception(
    $"--parallel: all {count} processes failed (exit code {code}) before they ran a cell; their messages are above. Try --parallel 1.");
