using System.Diagnostics;

namespace Peft.Cli.Tests;

/// <summary>The program examples/HostedFineTuning, in a process of its own.</summary>
public sealed class HostExampleTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private readonly string _folder = Directory.CreateTempSubdirectory("peft-host-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_run_that_ends_is_done()
    {
        var (code, text) = await Run(stopAfter: null, "TrainLimit=32", "DevLimit=16", "Epochs=1", "MaxSteps=2");
        Assert.True(code == 0, text);
        Assert.Contains("done: accuracy", text);
        Assert.True(File.Exists(Path.Combine(_folder, "runs", "hosted", "result.json")));
    }

    [Fact]
    public async Task A_misspelt_method_ends_with_an_error()
    {
        var (code, text) = await Run(stopAfter: null, "Method=lorra");
        Assert.Equal(1, code);
        Assert.Contains("no method 'lorra'; the nearest is 'lora'", text);
        Assert.DoesNotContain("done", text);
    }

    [Fact]
    public async Task A_run_that_is_stopped_is_not_done()
    {
        var (code, text) = await Run(stopAfter: "step 10", "Epochs=1000", "DevLimit=16");
        Assert.Equal(130, code);
        Assert.Contains("stopped after step", text);
        Assert.DoesNotContain("done", text);
    }

    [Fact]
    public async Task A_run_that_is_cancelled_before_its_first_step_writes_nothing()
    {
        var (code, text) = await Run(stopAfter: "Application started", "Epochs=1000");
        Assert.Equal(130, code);
        Assert.Contains("nothing was written", text);
        Assert.DoesNotContain("done", text);
        Assert.False(File.Exists(Path.Combine(_folder, "runs", "hosted", "result.json")));
    }

    /// <summary>
    /// Runs the program; sends SIGTERM as soon as a text is in its output. The host treats it as Ctrl+C, whose SIGINT is ignored by
    /// programs of a shell in the background.
    /// </summary>
    private async Task<(int Code, string Text)> Run(string? stopAfter, params string[] options)
    {
        var release = Path.Combine(AppContext.BaseDirectory, "..", "..", "HostedFineTuning", "release", "HostedFineTuning");
        using var process = Process.Start(new ProcessStartInfo(
            Path.GetFullPath(release), options.Select(option => "--Peft:Training:" + option))
        {
            WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(s_patience);
        using var ending = patience.Token.Register(process.Kill);
        var text = "";
        while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            text += line + "\n";
            if (stopAfter is null || !line.Contains(stopAfter, StringComparison.Ordinal))
                continue;
            stopAfter = null;
            using var interrupt = Process.Start("kill", ["-TERM", $"{process.Id}"]);
            await interrupt.WaitForExitAsync(patience.Token);
        }

        await process.WaitForExitAsync(patience.Token);
        return (process.ExitCode, text + await error);
    }
}
