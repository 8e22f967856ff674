using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Peft.Cli.Tests;

/// <summary><c>peft serve</c> in a process of its own.</summary>
internal sealed partial class ServeProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _rest;

    private ServeProcess(Process process, string firstLine)
    {
        (_process, FirstLine, Url) = (process, firstLine, Address().Match(firstLine).Groups[1].Value);
        _rest = process.StandardError.ReadToEndAsync();
    }

    /// <summary>What it prints when it serves.</summary>
    public string FirstLine { get; }

    public string Url { get; }

    /// <summary>The command's program.</summary>
    public static string Program => Path.Combine(AppContext.BaseDirectory, "Peft.Cli");

    public static Task<ServeProcess> Start(params string[] arguments) => StartBy(Program, arguments);

    /// <summary>Starts it by a program that becomes it in the end.</summary>
    public static async Task<ServeProcess> StartBy(string program, string[] arguments, string? folder = null)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardError = true, WorkingDirectory = folder ?? "",
        })!;
        var line = await process.StandardError.ReadLineAsync();
        while (line?.Contains("peft: serving on", StringComparison.Ordinal) == false
            && await process.StandardError.ReadLineAsync() is { } next) // the first process with a home folder has a notice before it
            line = next;
        return new ServeProcess(process, line ?? "");
    }

    /// <summary>Kills it with SIGKILL.</summary>
    public async Task Kill()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Ends it by SIGTERM.</summary>
    /// <returns>The exit code, and what it printed after the first line.</returns>
    public async Task<(int Code, string Text)> Stop()
    {
        using (Process.Start("kill", ["-TERM", $"{_process.Id}"]))
            await _process.WaitForExitAsync();
        return (_process.ExitCode, await _rest);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    [GeneratedRegex("serving on (http://127.0.0.1:[0-9]+);")]
    private static partial Regex Address();
}
