namespace Peft.Training;

/// <summary>
/// Names the plugin whose code ends the program while it is loaded; the program would otherwise end without a message, and perhaps with
/// success.
/// </summary>
internal sealed class EndDuringLoad : IDisposable
{
    private const int EndedByPlugin = 1;
    private const int FirstOfSignals = 128;

    private readonly string _file;
    private readonly Lock _lock = new();
    private bool _isEnding;

    /// <summary>Watches for the end of the program.</summary>
    /// <param name="file">The plugin's file.</param>
    public EndDuringLoad(string file)
    {
        _file = file;
        AppDomain.CurrentDomain.ProcessExit += Report;
    }

    /// <summary>
    /// Returns if the program goes on. If it is ending, another thread ends it and this one waits, so that the command prints nothing
    /// after the message.
    /// </summary>
    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= Report;
        lock (_lock)
        {
            if (!_isEnding)
                return;
        }

        Thread.Sleep(Timeout.Infinite);
    }

    private void Report(object? sender, EventArgs ended)
    {
        lock (_lock)
        {
            if (Environment.ExitCode > FirstOfSignals)
                return;
            _isEnding = true;
            Console.Error.WriteLine($"peft: {_file}: the program was ended while this plugin was loaded (Environment.Exit in its code). "
                + "Nothing was done; move the plugin out of its folder.");
            Environment.ExitCode = Environment.ExitCode == 0 ? EndedByPlugin : Environment.ExitCode;
        }
    }
}
