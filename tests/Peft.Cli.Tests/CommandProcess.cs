using System.Diagnostics;

namespace Peft.Cli.Tests;

/// <summary>The command in a process of its own, as natives are loaded once in a process.</summary>
/// <param name="ExitCode">The exit code.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
internal sealed record CommandProcess(int ExitCode, string Output, string Error)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    /// <summary>Lists one method, which loads libtorch, or runs another command.</summary>
    /// <param name="environment">Variables; null removes one.</param>
    /// <param name="folder">Where the program lies; beside the tests if not given.</param>
    /// <param name="shell">A script that runs the program as <c>"$0" "$@"</c>.</param>
    /// <param name="arguments">The command; null to list a method.</param>
    public static async Task<CommandProcess> Run(
        IReadOnlyDictionary<string, string?> environment, string? folder = null, string? shell = null,
        string[]? arguments = null)
    {
        var program = Path.Combine(folder ?? AppContext.BaseDirectory, "Peft.Cli");
        arguments ??= ["methods", "lora"];
        var start = shell is null
            ? new ProcessStartInfo(program, arguments)
            : new ProcessStartInfo("/bin/bash", ["-c", shell, program, .. arguments]);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var texts = (Output: process.StandardOutput.ReadToEndAsync(), Error: process.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(s_patience);
        await process.WaitForExitAsync(patience.Token);
        return new CommandProcess(process.ExitCode, await texts.Output, await texts.Error);
    }

    /// <summary>The run failed with one line, which has these parts.</summary>
    public void AssertFails(params string[] parts)
    {
        Assert.True(ExitCode is PeftCommand.Failure or PeftCommand.Usage, $"{ExitCode}: {Error}");
        Assert.StartsWith("peft: ", Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        Assert.All(parts, part => Assert.Contains(part, Error));
        Assert.Empty(Output);
    }

    /// <summary>The run came to its end; returns what it wrote on standard error.</summary>
    public string AssertSucceeds()
    {
        Assert.True(ExitCode == PeftCommand.Success, $"{ExitCode}: {Error}");
        Assert.Contains("lora", Output);
        return Error;
    }
}
