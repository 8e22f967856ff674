using System.Diagnostics;
using System.Globalization;
using Peft.Training;

namespace Peft.Cli.Tests;

/// <summary>A folder belongs to one run at a time; a second one is refused and says which process holds it.</summary>
public sealed class RunFolderLockTests : IDisposable
{
    private static readonly string[] s_small =
        ["train", "--train-limit", "8", "--dev-limit", "8", "--max-steps", "1", "--max-length", "16"];
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-lock-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Run => Path.Combine(_folder, "run");

    private string[] Small => [.. s_small, "--output", Run];

    [Fact]
    public void A_second_run_is_refused_while_the_first_holds_the_folder()
    {
        Directory.CreateDirectory(Run);
        using (RunFolderLock.Take(Run))
        {
            var problem = Assert.Throws<RunFolderInUseException>(() => RunFolderLock.Take(Run));
            Assert.Contains(Environment.ProcessId.ToString(CultureInfo.InvariantCulture), problem.Message, StringComparison.Ordinal);
            var result = Cli.Run(Small);
            Assert.Equal(PeftCommand.Failure, result.ExitCode);
            Assert.Contains($"process {Environment.ProcessId}", result.Error, StringComparison.Ordinal);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(Run));
        Assert.Equal(0, Cli.Run(Small).ExitCode);
        Assert.False(File.Exists(Path.Combine(Run, RunFolderLock.FileName)));
        Assert.False(File.Exists(Path.Combine(Run, RunFolderLock.HolderName)));
    }

    [Fact]
    public async Task Another_process_is_named_and_its_death_frees_the_folder()
    {
        using var first = Process.Start(new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "Peft.Cli"),
            SmallDefaults.Apply("train", "--epochs", "1000", "--dev-limit", "8", "--output", Run))
        {
            RedirectStandardError = true, RedirectStandardOutput = true,
        })!;
        while (await first.StandardError.ReadLineAsync() is { } line && !line.Contains("step ", StringComparison.Ordinal))
        {
        }

        var log = File.ReadAllText(Path.Combine(Run, "log.txt"));
        var refused = Cli.Run([.. Small, "--overwrite"]);
        Assert.Equal(PeftCommand.Failure, refused.ExitCode);
        Assert.Contains($"is in use by a run of process {first.Id}", refused.Error, StringComparison.Ordinal);
        Assert.StartsWith(log, File.ReadAllText(Path.Combine(Run, "log.txt")), StringComparison.Ordinal);

        first.Kill();
        await first.WaitForExitAsync();
        Assert.Equal(0, Cli.Run(Small).ExitCode);
        Assert.True(File.Exists(Path.Combine(Run, "result.json")));
    }

    /// <summary>The adapter of an earlier method would be mistaken for one of this run.</summary>
    [Fact]
    public void A_run_of_another_method_leaves_no_adapter_of_the_earlier_one()
    {
        Assert.Equal(0, Cli.Run([.. Small, "--method", "adamix(lora)"]).ExitCode);
        Assert.True(Directory.Exists(Path.Combine(Run, "adapter-merged")));
        Assert.Equal(0, Cli.Run([.. Small, "--method", "houlsby", "--overwrite"]).ExitCode);
        Assert.False(Directory.Exists(Path.Combine(Run, "adapter-merged")));
    }
}
