using System.Runtime.Versioning;

namespace Peft.Cli.Tests;

/// <summary>Where a snapshot cannot be written, the run stops, and the one before is as it was.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class FullDiskTests : IDisposable
{
    private const string Root = "root";
    private const string Whole = "step-????????";

    private readonly SnapshotProcess _run = new("lora");

    public void Dispose()
    {
        if (Directory.Exists(_run.Snapshots))
            File.SetUnixFileMode(
                _run.Snapshots, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _run.Dispose();
    }

    [Fact]
    public void A_file_that_may_not_grow_stops_the_run_cleanly()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "limits of file sizes are set by a shell");
        // Code pages that may be written and run are mapped through a large file in memory, which the limit would forbid too.
        StopsCleanly("trap '' XFSZ; ulimit -f 100; DOTNET_EnableWriteXorExecute=0 exec \"$0\" \"$@\"");
    }

    [Fact]
    public void A_read_only_folder_stops_the_run_cleanly()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "rights are set by a shell");
        // Rights do not bind the superuser, who becomes nobody.
        StopsCleanly(Environment.UserName == Root
            ? "exec setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/tmp \"$0\" \"$@\"" : "exec \"$0\" \"$@\"", readOnly: true);
    }

    private void StopsCleanly(string shell, bool readOnly = false)
    {
        Assert.Equal(0, _run.Finish(resume: false).ExitCode);
        var expected = _run.End();
        Directory.Delete(Latest().Path, recursive: true); // as if it had been killed before its last snapshot
        File.Delete(Path.Combine(_run.Folder, "result.json"));
        var before = Latest();
        if (readOnly)
        {
            File.SetUnixFileMode(
                _run.Snapshots, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
            File.SetUnixFileMode(_run.Folder, (UnixFileMode)0b111_111_111);
            File.SetUnixFileMode(Path.Combine(_run.Folder, "log.txt"), (UnixFileMode)0b110_110_110);
        }

        var (code, error) = _run.Finish(shell: shell);
        Assert.Equal(1, code);
        Assert.Contains("could not be written", error);
        Assert.Contains("is intact", error);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => line.StartsWith(
            "peft: /", StringComparison.Ordinal));
        Assert.Equal(before.Path, Latest().Path);
        Assert.Equal(before.Bytes, Latest().Bytes);
        Assert.False(File.Exists(Path.Combine(_run.Folder, "result.json")));
        if (readOnly)
            File.SetUnixFileMode(_run.Snapshots, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        (code, error) = _run.Finish();
        Assert.True(code == 0, error);

        Assert.Equal(expected.Numbers, _run.End().Numbers);
        Assert.Equal(expected.Weights, _run.End().Weights);
    }

    private (string Path, byte[] Bytes) Latest()
    {
        var latest = Directory.GetDirectories(_run.Snapshots, Whole).Order().Last();
        return (latest, File.ReadAllBytes(Path.Combine(latest, "state.safetensors")));
    }
}
