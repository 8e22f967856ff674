using Peft.Cli.Output;
using Peft.Data;
using Peft.Training;

namespace Peft.Cli.Commands;

/// <summary>Predicts GLUE's test files with finished runs.</summary>
/// <param name="data">GLUE's folder, or one task's.</param>
/// <param name="output">The folder for the files of predictions.</param>
internal sealed class GlueSubmitter(string data, string output)
{
    private readonly List<(string File, string Run, int Rows)> _written = [];
    private readonly List<string> _absent = [];

    /// <summary>Each run with its task.</summary>
    /// <exception cref="UsageException">A run's task is none of GLUE's, or two runs have the same task.</exception>
    /// <exception cref="RunFolderException">A folder holds no readable result.</exception>
    public static IReadOnlyList<(string Run, TaskDefinition Task)> Tasks(IReadOnlyList<string> runs)
    {
        var tasks = runs.Select(run => (Run: run, Task: RunResult.Read(run).Task)).Select(pair => (
            pair.Run, GlueTasks.All.FirstOrDefault(task => task.Name == pair.Task) ?? throw new UsageException(
                $"{pair.Run}: its task, {pair.Task}, is none of GLUE's ({string.Join(", ", GlueTasks.All.Select(task => task.Name))}).")))
            .ToList();
        return tasks.GroupBy(pair => pair.Item2).FirstOrDefault(same => same.Count() > 1) is { } twice
            ? throw new UsageException($"{twice.ElementAt(1).Run}: is the second run of task {twice.Key.Name}; give one for each task.")
            : tasks;
    }

    /// <summary>Predicts the test files of a run's task.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    /// <exception cref="TaskException">A test file is malformed.</exception>
    public void Predict(string run, TrainedModel trained, TaskDefinition task, CancellationToken cancellation)
    {
        TaskFolderCheck();
        var files = GlueSubmission.All.Where(one => one.Task == task).Select(one => (Submission: one, Test: one.Find(data))).ToList();
        if (files.TrueForAll(one => one.Test is null))
            throw new UsageException($"{data}: holds no {string.Join(" or ", files.SelectMany(one => one.Submission.TestFiles))} of "
                + $"{task.DisplayName}; give GLUE's folder, or the task's.");
        foreach (var (submission, test) in files)
        {
            if (test is null)
            {
                _absent.Add(submission.OutputFile);
                continue;
            }

            var rows = submission.Read(test);
            var labels = trained.Task.Head is TaskHead.Classifier { Labels: var own } ? own : [];
            var predictions = trained.PredictStream(rows.Select(row => (row.Text, row.Pair)), cancellation: cancellation)
                .Select(prediction => submission.Format(
                    prediction.Score is null ? labels.ToList().IndexOf(prediction.Answer) : -1, prediction.Score));
            var path = submission.Write(output, rows.Zip(predictions, (row, prediction) => (row.Index, prediction)));
            _written.Add((path, run, rows.Count));
        }
    }

    /// <summary>Prints what was written, and what a submission still needs.</summary>
    public void Print(bool json)
    {
        string[] missing = [.. GlueSubmission.All.Select(one => one.OutputFile).Append(GlueSubmission.Missing)
            .Where(name => !_written.Exists(one => Path.GetFileName(one.File) == name))];
        if (json)
        {
            JsonOutput.Print(new { output, files = _written.Select(one => new { one.File, one.Run, one.Rows }), missing });
            return;
        }

        foreach (var (file, run, rows) in _written)
            ResultTables.PrintLine(FormattableString.Invariant($"{file}: {rows:N0} rows of {run}"));
        foreach (var name in _absent)
            CommonOptions.Note($"{data} has no test rows for {name}, so it was not written");
        if (missing.Length > 0)
            CommonOptions.Note($"GLUE's server expects a zip of all files; still missing: {string.Join(", ", missing)}");
    }

    private void TaskFolderCheck()
    {
        if (!Directory.Exists(data))
            throw new UsageException($"--data: {data} is no folder; give GLUE's folder, or the task's.");
    }
}
