using System.Diagnostics;

namespace Peft.Hosting.Tests;

/// <summary>A host of jobs in a process of its own (JobHost), which a test kills.</summary>
internal sealed class HostProcess : IDisposable
{
    private readonly Process _process;

    private HostProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public static HostProcess Start(string folder, string? postgreSql = null)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Peft.JobHost")) { ArgumentList = { folder } };
        if (postgreSql is not null)
            start.ArgumentList.Add(postgreSql);
        start.RedirectStandardOutput = true;
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        return new HostProcess(process);
    }

    /// <summary>As <c>kill -9</c>.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
    }
}
