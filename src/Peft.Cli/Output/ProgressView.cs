using System.Globalization;
using Peft.Training;
using Spectre.Console;

namespace Peft.Cli.Output;

/// <summary>Shows how runs go: a live bar on a terminal, a plain line now and then elsewhere, all on standard error.</summary>
internal static class ProgressView
{
    public static T Watch<T>(bool quiet, Func<ITrainingObserver, T> work)
    {
        if (quiet)
            return work(new Silent());
        if (Console.IsErrorRedirected)
            return work(new PlainLines(Console.Error));
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Progress().HideCompleted(false).AutoClear(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .Start(context => work(new LiveBar(context, console)));
    }

    private sealed class Silent : ITrainingObserver
    {
        public void Started(RunSummary summary)
        {
        }

        public void Stepped(TrainingProgress progress)
        {
        }

        public void Evaluated(EpochResult epoch)
        {
        }

        public void Noted(string message) => Console.Error.WriteLine($"peft: {message}");
    }

    private sealed class PlainLines(TextWriter writer) : ITrainingObserver
    {
        private static readonly TimeSpan s_every = TimeSpan.FromSeconds(5);
        private long _last;
        private string _run = "";

        public void Started(RunSummary summary)
        {
            _run = Name(summary);
            writer.WriteLine($"{_run}: {summary.TrainRows} training rows, {summary.DevRows} development rows, on {summary.Device}");
            _last = Environment.TickCount64;
        }

        public void Stepped(TrainingProgress progress)
        {
            if (IsTime())
                writer.WriteLine($"{_run}: {Line(progress)}");
        }

        public void Decoded(int done, int total)
        {
            if (IsTime() || done == total)
                writer.WriteLine($"{_run}: decoded {done} of {total} contexts");
        }

        public void Evaluated(EpochResult epoch) => writer.WriteLine($"{_run}: epoch {epoch.Epoch}: {Line(epoch)}");

        public void Noted(string message) => writer.WriteLine($"{_run}: {message}");

        private bool IsTime()
        {
            if (Environment.TickCount64 - _last < s_every.TotalMilliseconds)
                return false;
            _last = Environment.TickCount64;
            return true;
        }
    }

    private sealed class LiveBar(ProgressContext context, IAnsiConsole console) : ITrainingObserver
    {
        private ProgressTask? _task;
        private string _run = "";
        private string _metric = "";

        public void Started(RunSummary summary)
        {
            _run = Name(summary);
            _metric = "";
            _task = context.AddTask(Markup.Escape(_run));
        }

        public void Stepped(TrainingProgress progress)
        {
            _task!.MaxValue = progress.TotalSteps;
            _task.Value = progress.Step;
            _task.Description = Markup.Escape($"{_run}  {Line(progress)}  {_metric}");
        }

        public void Evaluated(EpochResult epoch)
        {
            _metric = string.Create(CultureInfo.InvariantCulture, $"dev {epoch.Primary:F3}");
            _task!.Description = Markup.Escape($"{_run}  epoch {epoch.Epoch}: {Line(epoch)}");
        }

        public void Decoded(int done, int total) =>
            _task!.Description = Markup.Escape($"{_run}  decoded {done} of {total} contexts  {_metric}");

        public void Noted(string message) => console.MarkupLine(Markup.Escape($"{_run}: {message}"));
    }

    private static string Name(RunSummary summary) => $"{summary.Method} seed {summary.Seed}";

    private static string Line(TrainingProgress progress) => string.Create(
        CultureInfo.InvariantCulture,
        $"step {progress.Step}/{progress.TotalSteps} loss {progress.Loss:F3} {progress.TokensPerSecond:N0} tokens/s "
            + $"{progress.Remaining:m\\:ss} left");

    private static string Line(EpochResult epoch)
    {
        var metrics = epoch.Metrics.Select(metric => string.Create(CultureInfo.InvariantCulture, $"{metric.Key} {metric.Value:F3}"));
        return string.Create(CultureInfo.InvariantCulture, $"train loss {epoch.TrainLoss:F3}, {string.Join(", ", metrics)}");
    }
}
