using System.Globalization;
using Peft.Training;
using Spectre.Console;
using Peft.Data;

namespace Peft.Cli.Output;

/// <summary>Shows the progress of runs on standard error: a live bar on a terminal, a plain line from time to time elsewhere.</summary>
internal static class ProgressView
{
    public static T Watch<T>(bool quiet, Func<ITrainingObserver, T> work)
    {
        if (quiet)
            return work(new Silent());
        if (Console.IsErrorRedirected)
            return work(new PlainLines(Console.Error));
        return EscapedConsole.Draw(() =>
        {
            var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
            console.Profile.Width = Terminal.ErrorWidth ?? Terminal.PlainWidth;
            return WatchLive(console, work);
        });
    }

    /// <summary>Shows bars on a console of any width; descriptions are shortened so that bar and percentage always fit.</summary>
    public static T WatchLive<T>(IAnsiConsole console, Func<ITrainingObserver, T> work)
    {
        const int Percentage = 4, Gaps = 2;
        var bar = Math.Clamp(console.Profile.Width / 6, 8, 24);
        var description = console.Profile.Width - bar - Percentage - Gaps - 1;
        return console.Progress().HideCompleted(false).AutoClear(false)
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = bar }, new PercentageColumn())
            .Start(context => work(new LiveBar(context, console, description)));
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
        private string _run = "peft"; // until the run has started

        public void Started(RunSummary summary)
        {
            _run = ProgressLine.Name(summary);
            writer.WriteLine($"{_run}: {summary.TrainRows} training rows, {summary.DevRows} development rows, on {summary.Device}");
            _last = Environment.TickCount64;
        }

        public void Stepped(TrainingProgress progress)
        {
            if (IsTime())
                writer.WriteLine($"{_run}: {ProgressLine.Format(progress)}");
        }

        public void Decoded(int done, int total)
        {
            if (IsTime() || done == total)
                writer.WriteLine($"{_run}: decoded {done} of {total} contexts");
        }

        public void Evaluated(EpochResult epoch) => writer.WriteLine($"{_run}: epoch {epoch.Epoch}: {ProgressLine.Format(epoch)}");

        public void Noted(string message) => writer.WriteLine($"{_run}: {message}");

        private bool IsTime()
        {
            if (Environment.TickCount64 - _last < s_every.TotalMilliseconds)
                return false;
            _last = Environment.TickCount64;
            return true;
        }
    }

    private sealed class LiveBar(ProgressContext context, IAnsiConsole console, int width) : ITrainingObserver
    {
        private ProgressTask? _task;
        private string _run = "peft"; // until the run has started
        private string _metric = "";

        public void Started(RunSummary summary)
        {
            _run = ProgressLine.Name(summary);
            _metric = "";
            _task = context.AddTask(Text([]));
        }

        public void Stepped(TrainingProgress progress)
        {
            _task!.MaxValue = progress.TotalSteps;
            _task.Value = progress.Step;
            _task.Description = Text(ProgressLine.Parts(progress).Append(_metric));
        }

        public void Evaluated(EpochResult epoch)
        {
            var metrics = epoch.Metrics.Where(metric => metric.Value == epoch.Primary).Take(1).ToList();
            _metric = string.Concat(metrics.Select(metric => $"{metric.Key} {Scores.Text(metric.Key, metric.Value)}"));
            _task!.Description = Text(
            [
                $"epoch {epoch.Epoch}", _metric, string.Create(CultureInfo.InvariantCulture, $"train loss {epoch.TrainLoss:F3}"),
            ]);
        }

        public void Decoded(int done, int total) => _task!.Description = Text([$"decoded {done} of {total}", _metric]);

        public void Noted(string message)
        {
            foreach (var line in Words.Wrap(ControlCharacters.EscapeLine($"{_run}: {message}"), console.Profile.Width))
                console.MarkupLine(Markup.Escape(line));
        }

        /// <summary>A text of one width, so that the bars of several runs are below each other.</summary>
        private string Text(IEnumerable<string> parts) =>
            Markup.Escape(ProgressLine.Fitted(
                ControlCharacters.EscapeLine(_run), parts.Where(part => part.Length > 0), width).PadRight(width));
    }
}
