using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using Peft.Cli.Output;
using Peft.Training;

namespace Peft.Cli;

/// <summary>
/// Trains several runs at once, each by a <c>peft train</c> of its own. Small models use several cores poorly: on two cores, two runs with
/// one thread each end sooner than one after the other with two.
/// </summary>
internal static class RunProcesses
{
    private const int Most = 4; // each process takes the memory of a backbone

    /// <summary>How many runs suit this machine: one for each core, up to four; one where there is a GPU.</summary>
    public static int Suitable => TorchSharp.torch.cuda.is_available() ? 1 : Math.Min(Most, Environment.ProcessorCount);

    /// <summary>The threads of each of several runs at once.</summary>
    /// <param name="count">How many run at once.</param>
    public static int ThreadsOf(int count) => Math.Max(1, Environment.ProcessorCount / count);

    /// <summary>Trains runs. Their results are in their output folders.</summary>
    /// <param name="runs">The settings of each, with an output folder.</param>
    /// <param name="count">How many run at once.</param>
    /// <param name="plugins">Folders of plugins.</param>
    /// <param name="quiet">Whether to report warnings alone.</param>
    /// <param name="cancellation">Asks the runs to stop after the step in progress.</param>
    /// <exception cref="RunProcessException">A run failed; the others were asked to stop.</exception>
    public static void Train(
        IReadOnlyList<TrainingOptions> runs, int count, IReadOnlyList<string> plugins, bool quiet, CancellationToken cancellation)
    {
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var done = 0;
        if (!quiet && runs.Count > 0)
            Console.Error.WriteLine($"peft: {runs.Count} runs, {Math.Min(count, runs.Count)} at once with {runs[0].Threads} "
                + $"{(runs[0].Threads == 1 ? "thread" : "threads")} each; log.txt in a run's folder shows its progress.");
        try
        {
            // Each process takes the next run when it ends one, in the order of the list.
            var next = Partitioner.Create(runs, EnumerablePartitionerOptions.NoBuffering);
            Parallel.ForEach(
                next, new ParallelOptions { MaxDegreeOfParallelism = count, CancellationToken = failed.Token }, options =>
                {
                    try
                    {
                        Train(options, plugins, failed.Token);
                    }
                    catch (RunProcessException)
                    {
                        failed.Cancel();
                        throw;
                    }

                    if (!quiet && !failed.IsCancellationRequested)
                        Console.Error.WriteLine(Line(options, Interlocked.Increment(ref done), runs.Count));
                });
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The runs that ended have their results.
        }
        catch (AggregateException problems)
        {
            throw problems.InnerExceptions.OfType<RunProcessException>().FirstOrDefault() ?? problems.InnerExceptions[0];
        }
    }

    private static string Line(TrainingOptions options, int done, int all)
    {
        var result = RunResult.Read(options.Output!);
        return string.Create(
            CultureInfo.InvariantCulture, $"{Name(options)}: {result.PrimaryMetric} {Scores.Text(result.PrimaryMetric, result.Primary)}, "
                + $"{result.Seconds:F1} s ({done} of {all} runs)");
    }

    /// <summary>A run's method and seed, for lines about it.</summary>
    public static string Name(TrainingOptions options) => $"{options.Method} seed {options.Seed}"
        + (options.Folds > 0 ? $" fold {options.Fold}" : "");

    private static void Train(TrainingOptions options, IReadOnlyList<string> plugins, CancellationToken cancellation)
    {
        var settings = Path.Combine(Path.GetTempPath(), $"peft-run-{Guid.NewGuid():N}.yaml");
        File.WriteAllText(settings, RunFile.Write(options));
        try
        {
            using var process = Start(
                [.. plugins.SelectMany(folder => (string[])["--plugins", folder]), "train", "--config", settings, "--json"]);
            using var stop = cancellation.Register(() => Stop(process));
            process.OutputDataReceived += (_, _) => { }; // must be read; the result is in the folder
            var last = "";
            process.ErrorDataReceived += (_, line) =>
            {
                if (line.Data is not { Length: > 0 } text)
                    return;
                last = text.StartsWith("peft: ", StringComparison.Ordinal) ? text["peft: ".Length..] : text;
                Console.Error.WriteLine($"{Name(options)}: {last}");
            };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            process.WaitForExit();
            if (process.ExitCode != 0 && !cancellation.IsCancellationRequested)
                throw new RunProcessException(Name(options), last, process.ExitCode);
        }
        finally
        {
            File.Delete(settings);
        }
    }

    private static Process Start(IReadOnlyList<string> arguments)
    {
        var isCommand = Assembly.GetEntryAssembly()?.GetName().Name is "Peft.Cli" or "Peft.Tool"; // not where a test runs the command
        var program = isCommand ? Environment.ProcessPath! : Path.Combine(AppContext.BaseDirectory, "Peft.Cli");
        string[] entry = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];
        return Process.Start(new ProcessStartInfo(program, [.. entry, .. arguments])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
    }

    /// <summary>Asks a process to stop after the step in progress, so that its run keeps what it has done.</summary>
    private static void Stop(Process process)
    {
        const int Sigterm = 15;
        if (process.HasExited)
            return;
        if (OperatingSystem.IsWindows())
            process.Kill(entireProcessTree: true);
        else
            _ = SendSignal(process.Id, Sigterm);
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
}

/// <summary>One of several runs at once failed.</summary>
/// <param name="run">The run's method and seed.</param>
/// <param name="message">The last line that it wrote.</param>
/// <param name="code">Its exit code.</param>
internal sealed class RunProcessException(string run, string message, int code)
    : Exception($"{run}: {(message.Length > 0 ? message : $"ended with exit code {code} and without a message")}")
{
    /// <summary>The exit code.</summary>
    public int Code => code;
}
