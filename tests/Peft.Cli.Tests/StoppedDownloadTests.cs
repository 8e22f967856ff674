using System.Diagnostics;

namespace Peft.Cli.Tests;

/// <summary>Signals during a download from a hub that stalls, and a disk that fills during one.</summary>
public sealed class StoppedDownloadTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly HubRepository _repository = new();

    public void Dispose() => _repository.Dispose();

    [Theory]
    [InlineData("INT", "download", HubRepository.Name)]
    [InlineData("TERM", "download", HubRepository.Name)]
    [InlineData("HUP", "download", HubRepository.Name)]
    [InlineData("INT", "train", "--backbone", HubRepository.Name)]
    [InlineData("TERM", "train", "--backbone", HubRepository.Name)]
    [InlineData("HUP", "plan", "--method", "lora", "--backbone", HubRepository.Name)]
    public async Task A_signal_ends_it_at_once_and_what_came_is_resumed(string signal, params string[] command)
    {
        _repository.Stall();
        using var process = HubRepository.Start(null, command);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var waiting = Stopwatch.StartNew();
        while (!_repository.Partial.Any(file => new FileInfo(file).Length == 100_000))
        {
            Assert.True(waiting.Elapsed < s_patience && !process.HasExited, "the download did not begin");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        Assert.True(process.WaitForExit(s_patience), "the command did not end");
        Assert.Equal(PeftCommand.Interrupted, process.ExitCode);
        var said = Assert.Single((await error).TrimEnd().Split('\n'), line => line.Contains("stopped", StringComparison.Ordinal));
        Assert.Contains(signal == "INT" ? "Ctrl+C" : $"SIG{signal}", said, StringComparison.Ordinal);
        Assert.Equal(100_000, new FileInfo(Assert.Single(_repository.Partial)).Length);
        _repository.Hub.Before = _ => Task.FromResult(false);
        Assert.Equal(0, Cli.Run("download", HubRepository.Name).ExitCode);
        Assert.Contains("model.safetensors 100000", _repository.Hub.Fetched);
    }

    [Fact]
    public async Task A_disk_that_fills_is_named_and_the_partial_file_removed()
    {
        // The shell's limit of a file's size is in units of 1024 bytes; it fails a write as a full disk does.
        using var process = HubRepository.Start(
            "trap '' XFSZ; ulimit -f 300; DOTNET_EnableWriteXorExecute=0 exec \"$0\" \"$@\"", "download", HubRepository.Name);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.True(process.WaitForExit(s_patience), "the command did not end");
        Assert.Equal(PeftCommand.Failure, process.ExitCode);
        Assert.Contains(".incomplete: cannot be written (", error);
        Assert.DoesNotContain("network", error);
        Assert.Empty(_repository.Partial);
    }
}
