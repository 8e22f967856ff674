using System.Diagnostics;
using System.Text.Json;

namespace Peft.Cli.Tests;

/// <summary>The command in a process of its own, which can be killed, on the built-in task with few steps.</summary>
internal sealed class SnapshotProcess : IDisposable
{
    private const string Started = "parameters:";
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private readonly string[] _arguments;

    public SnapshotProcess(string method, params string[] more)
    {
        _arguments = SmallDefaults.Apply(
        [
            "train", "--method", method, "--train-limit", "96", "--dev-limit", "32", "--epochs", "2", "--batch-size", "8", "--max-length",
            "24", "--threads", "1",
            "--json", "--snapshot-every", "2", "--output", Folder, .. more,
        ]);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("peft-kill-").FullName;

    public string Snapshots => Path.Combine(Folder, "snapshots");

    public string Log => File.ReadAllText(Path.Combine(Folder, "log.txt"));

    private static string Program => Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "Peft.Cli.exe" : "Peft.Cli");

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>Runs to the end.</summary>
    public (int ExitCode, string Error) Finish(bool resume = true, string? shell = null)
    {
        using var process = Start(resume, shell);
        var error = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEndAsync();
        Assert.True(process.WaitForExit(s_patience), "the command did not end");
        return (process.ExitCode, error.Result);
    }

    /// <summary>Goes on, and kills (SIGKILL) some time after the training began.</summary>
    /// <returns>False where the run came to its end before.</returns>
    public bool Kill(TimeSpan after)
    {
        var begun = Begun();
        using var process = Start(resume: true, shell: null);
        _ = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEndAsync();
        var waiting = Stopwatch.StartNew();
        while (Begun() == begun && !process.HasExited)
        {
            Assert.True(waiting.Elapsed < s_patience, "the training did not begin");
            Thread.Sleep(2);
        }

        if (process.WaitForExit(after))
            return false;
        process.Kill();
        process.WaitForExit();
        return true;
    }

    /// <summary>Everything that a finished run says of its weights and metrics.</summary>
    public (byte[] Weights, string Numbers) End()
    {
        using var result = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "result.json")));
        string[] numbers = ["metrics", "epochs", "selectedEpoch", "steps", "cancelled"];
        return (
            File.ReadAllBytes(Path.Combine(Folder, "adapter", "adapter.safetensors")),
            string.Join('\n', numbers.Select(name => result.RootElement.GetProperty(name).GetRawText())));
    }

    /// <summary>How long a finished run trained and evaluated.</summary>
    public TimeSpan Training()
    {
        using var result = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "result.json")));
        return TimeSpan.FromSeconds(result.RootElement.GetProperty("seconds").GetDouble());
    }

    /// <summary>Begins again in the same folder.</summary>
    public void Clear()
    {
        foreach (var part in Directory.GetDirectories(Folder))
            Directory.Delete(part, recursive: true);
        foreach (var file in Directory.GetFiles(Folder))
            File.Delete(file);
    }

    private int Begun()
    {
        var path = Path.Combine(Folder, "log.txt");
        if (!File.Exists(path))
            return 0;
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split(Started).Length - 1;
    }

    private Process Start(bool resume, string? shell)
    {
        string[] arguments = resume ? [.. _arguments, "--resume"] : _arguments;
        var start = shell is null
            ? new ProcessStartInfo(Program, arguments) : new ProcessStartInfo("/bin/bash", ["-c", shell, Program, .. arguments]);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        return Process.Start(start)!;
    }
}
