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
internal sealed class StopSignals : IDisposable
{
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(2);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<PosixSignalRegistration> _registrations;
    private Timer? _timer;

    public StopSignals() => _registrations =
    [
        .. ((PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
            .Select(signal => PosixSignalRegistration.Create(signal, Received)),
    ];

    /// <summary>How the last signal is called in messages.</summary>
    public static string Name { get; private set; } = "Ctrl+C";

    /// <summary>What the command does when it is asked to stop.</summary>
    public static Stopping Stopping { get; set; }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _stop.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _timer?.Dispose();
        _stop.Dispose();
    }

    private void Received(PosixSignalContext context)
    {
        context.Cancel = true;
        Name = context.Signal == PosixSignal.SIGINT ? "Ctrl+C" : context.Signal.ToString();
        if (_stop.IsCancellationRequested || Stopping == Stopping.AtOnce)
            End($"peft: stopped by {Name}.");
        if (Stopping == Stopping.Soon)
            _timer = new Timer(_ => End($"peft: stopped by {Name}."), null, s_soon, Timeout.InfiniteTimeSpan);
        else
            Console.Error.WriteLine($"peft: {Name}: stopping after the step in progress; a second signal ends the command at once.");
        _stop.Cancel();
    }

    /// <summary>
    /// Ends the process without the exit handlers of natives, which would free what other threads still use.
    /// </summary>
    private static void End(string message)
    {
        Console.Error.WriteLine(message);
        Console.Error.Flush();
        if (OperatingSystem.IsWindows())
            Environment.Exit(PeftCommand.Interrupted);
        else
            Exit(PeftCommand.Interrupted);
    }

    [DllImport("libc", EntryPoint = "_exit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void Exit(int code);
}
