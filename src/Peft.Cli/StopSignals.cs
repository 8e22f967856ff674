using System.Runtime.InteropServices;

namespace Peft.Cli;

/// <summary>What a command does when it is asked to stop.</summary>
internal enum Stopping
{
    /// <summary>The process ends at once: the command only reads, or replaces its files as its last act.</summary>
    AtOnce,

    /// <summary>The command is cancelled, and the process ends at the latest after a short time.</summary>
    Soon,

    /// <summary>The training step in progress is finished and what was trained is written.</summary>
    AfterStep,
}

/// <summary>
/// Ctrl+C, SIGTERM and SIGHUP. The first cancels the command as its <see cref="Stopping"/> says; a second ends the process at once, as does
/// the first while nothing can be cancelled, such as reading standard input.
/// </summary>
internal static class StopSignals
{
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(2);

    /// <summary>How long the message may take: a pipe whose reader has stopped reading must not keep the process alive.</summary>
    private static readonly TimeSpan s_message = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Kept until the process ends: a signal during the disposal of a registration would end the process as if nothing handled it.
    /// </summary>
    private static readonly Lazy<List<PosixSignalRegistration>> s_registrations = new(() =>
    [
        .. ((PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
            .Select(signal => PosixSignalRegistration.Create(signal, Received)),
    ]);

    private static CancellationTokenSource s_stop = new();
    private static Timer? s_timer;

    /// <summary>How the last signal is called in messages.</summary>
    public static string Name { get; private set; } = "Ctrl+C";

    /// <summary>What the command does when it is asked to stop.</summary>
    public static Stopping Stopping { get; set; }

    /// <summary>A temporary file that is removed if a signal ends the process; null for none.</summary>
    public static string? Unfinished { get; set; }

    /// <summary>Begins a command.</summary>
    /// <returns>A token that the first signal cancels.</returns>
    public static CancellationToken Begin()
    {
        _ = s_registrations.Value;
        (Stopping, Unfinished, s_stop) = (Stopping.AtOnce, null, new CancellationTokenSource());
        return s_stop.Token;
    }

    private static void Received(PosixSignalContext context)
    {
        context.Cancel = true;
        Name = context.Signal == PosixSignal.SIGINT ? "Ctrl+C" : context.Signal.ToString();
        if (s_stop.IsCancellationRequested || Stopping == Stopping.AtOnce)
            End($"peft: stopped by {Name}{(Unfinished is null ? "" : "; nothing was written")}.");
        if (Stopping == Stopping.Soon)
            s_timer = new Timer(_ => End($"peft: stopped by {Name}."), null, s_soon, Timeout.InfiniteTimeSpan);
        s_stop.Cancel();
        if (Stopping == Stopping.AfterStep)
            Console.Error.WriteLine($"peft: {Name}: stopping after the step in progress; a second signal ends the command at once.");
    }

    /// <summary>
    /// Ends the process without the exit handlers of natives, which would free what other threads still use.
    /// </summary>
    private static void End(string message)
    {
        RemoveUnfinished();
        Task.Run(() => Console.Error.WriteLine(message)).Wait(s_message);
        if (OperatingSystem.IsWindows())
            Environment.Exit(PeftCommand.Interrupted);
        else
            Exit(PeftCommand.Interrupted);
    }

    private static void RemoveUnfinished()
    {
        try
        {
            if (Unfinished is { } file)
                File.Delete(file);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // The process ends all the same.
        }
    }

    [DllImport("libc", EntryPoint = "_exit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void Exit(int code);
}
