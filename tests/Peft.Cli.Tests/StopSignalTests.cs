using System.Diagnostics;
using System.Globalization;

namespace Peft.Cli.Tests;

/// <summary>Every command ends soon after a signal, whatever it is doing; training ends at once at the second.</summary>
public sealed class StopSignalTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-signals-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string, string> Waiting { get; } = new(
        from command in (string[])["predict", "score", "methods", "generate"]
        from signal in (string[])["INT", "TERM", "HUP"]
        select (command, signal));

    /// <summary>
    /// Each command waits: for standard input, for a plugin, or for a long computation.
    /// </summary>
    [Theory, MemberData(nameof(Waiting))]
    public async Task A_command_that_waits_ends_at_the_first_signal(string command, string signal)
    {
        using var process = Start(Arguments(command));
        await Task.Delay(2000); // whatever the command does by then, it must end
        if (process.HasExited)
            Assert.Skip($"{command} had ended before: {await process.StandardError.ReadToEndAsync()}");
        await Send(process, signal);
        var error = await End(process);
        Assert.Equal(PeftCommand.Interrupted, process.ExitCode);
        if (command is not "methods")
            Assert.Contains("stopped", error, StringComparison.Ordinal);
        if (signal != "INT")
            Assert.DoesNotContain("Ctrl+C", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INT", "Ctrl+C")]
    [InlineData("TERM", "SIGTERM")]
    public async Task The_second_signal_ends_training_at_once(string signal, string name)
    {
        using var process = Start(["train", "--epochs", "1000", "--batch-size", "512", "--gradient-accumulation", "100"]);
        while (await process.StandardError.ReadLineAsync() is { } line && !line.Contains("training rows", StringComparison.Ordinal))
        {
        }

        await Send(process, signal);
        while (await process.StandardError.ReadLineAsync() is { } line && !line.Contains("second signal", StringComparison.Ordinal))
        {
        }

        await Send(process, signal);
        Assert.Contains($"stopped by {name}", await End(process), StringComparison.Ordinal);
        Assert.Equal(PeftCommand.Interrupted, process.ExitCode);
    }

    private string[] Arguments(string command)
    {
        return command switch
        {
            "predict" => ["predict", SmallRun()],
            "score" => ["score", "--hyp", Long(), "--ref", Long(), "--metrics", "meteor"],
            "methods" => ["methods", "--plugins", _folder, "--watch"],
            _ => ["generate", "--prompt", "a", "--max-new-tokens", "240", "--beam", "800"],
        };
    }

    private string SmallRun()
    {
        var run = Path.Combine(_folder, "run");
        var result = Cli.Run(
            "train", "--train-limit", "8", "--dev-limit", "8", "--max-steps", "1", "--max-length", "16", "--output", run);
        Assert.True(result.ExitCode == 0, result.Error);
        return run;
    }

    /// <summary>A text on which METEOR takes half a minute.</summary>
    private string Long()
    {
        var path = Path.Combine(_folder, "long");
        File.WriteAllText(path, string.Join(' ', Enumerable.Repeat("word", 10_000)) + "\n");
        return path;
    }

    private static Process Start(string[] arguments)
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("signals are sent by kill");
        var program = Path.Combine(AppContext.BaseDirectory, "Peft.Cli");
        // A program in the background of a script inherits that SIGINT is ignored.
        return Process.Start(new ProcessStartInfo(
            "/usr/bin/env", ["--default-signal=INT,HUP,TERM", program, .. SmallDefaults.Apply(arguments)])
        {
            RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true,
        })!;
    }

    private static async Task Send(Process process, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private static async Task<string> End(Process process)
    {
        var texts = (process.StandardOutput.ReadToEndAsync(), Error: process.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(s_patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }

        await texts.Item1;
        return await texts.Error;
    }
}
