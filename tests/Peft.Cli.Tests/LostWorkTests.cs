using System.Diagnostics;

namespace Peft.Cli.Tests;

/// <summary>What must not cost a run its work: a broken standard error, a closed terminal, a refused second run.</summary>
public sealed class LostWorkTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-lost-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Run => Path.Combine(_folder, "run");

    private string Log => Path.Combine(Run, "log.txt");

    [Theory]
    [InlineData("2>/dev/full")]
    [InlineData("2>&-")]
    public async Task Progress_that_cannot_be_written_does_not_stop_training(string redirection)
    {
        var (code, _) = await Shell(
            "exec \"$0\" train --backbone builtin --task builtin --train-limit 16 --dev-limit 8 --max-steps 2 "
            + $"--output \"$1\" {redirection}");
        Assert.Equal(0, code);
        Assert.True(File.Exists(Path.Combine(Run, "adapter", "adapter.safetensors")));
        Assert.True(File.Exists(Path.Combine(Run, "result.json")));
    }

    /// <summary>The shell ignores no signal here: a signal that is ignored at the start stays so.</summary>
    [Fact]
    public async Task A_closed_terminal_stops_a_run_after_its_step_and_keeps_the_weights()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("signals are sent by kill");
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "Peft.Cli"),
            SmallDefaults.Apply("train", "--epochs", "1000", "--dev-limit", "8", "--output", Run))
        {
            RedirectStandardError = true, RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var rest = process.StandardOutput.ReadToEndAsync();
        while (await process.StandardError.ReadLineAsync() is { } line && !line.Contains("step ", StringComparison.Ordinal))
        {
        }

        using (var hangUp = Process.Start("kill", ["-HUP", $"{process.Id}"]))
            await hangUp.WaitForExitAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(s_patience);
        await process.WaitForExitAsync(patience.Token);
        await Task.WhenAll(rest, error);
        Assert.Equal(PeftCommand.Interrupted, process.ExitCode);
        Assert.True(File.Exists(Path.Combine(Run, "adapter", "adapter.safetensors")));
    }

    [Theory]
    [InlineData("--max-length", "100000")]
    [InlineData("--method", "loar")]
    [InlineData("--set", "lora.rank=0")]
    public void A_refused_run_leaves_the_log_of_the_earlier_one(string option, string value)
    {
        string[] small = ["train", "--train-limit", "16", "--dev-limit", "8", "--max-steps", "2", "--output", Run];
        Assert.Equal(0, Cli.Run(small).ExitCode);
        var before = File.ReadAllText(Log);
        Assert.NotEmpty(before);
        Assert.NotEqual(0, Cli.Run([.. small, "--overwrite", option, value]).ExitCode);
        Assert.Equal(before, File.ReadAllText(Log));
        Assert.Equal(0, Cli.Run([.. small, "--overwrite", "--seed", "7"]).ExitCode);
        Assert.Contains("seed 7", File.ReadLines(Log).First(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_refused_first_run_leaves_no_log()
    {
        Assert.NotEqual(0, Cli.Run("train", "--max-length", "100000", "--output", Run).ExitCode);
        Assert.False(File.Exists(Log));
    }

    private async Task<(int Code, string Output)> Shell(string script)
    {
        var start = new ProcessStartInfo("/bin/bash", ["-c", script, Path.Combine(AppContext.BaseDirectory, "Peft.Cli"), Run])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        using var patience = new CancellationTokenSource(s_patience);
        await process.WaitForExitAsync(patience.Token);
        return (process.ExitCode, output);
    }
}
