using System.Runtime.Versioning;

namespace Peft.Cli.Tests;

/// <summary>The copy of TorchSharp's native library that machines with an older libstdc++ need: made once, whole or not at all.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class BridgeCopyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-natives-").FullName;

    private string Cache => Path.Combine(_folder, "cache");

    private string[] Cached => Directory.Exists(Cache) ? Directory.GetFiles(Cache, "*", SearchOption.AllDirectories) : [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(true, "/lib/x86_64-linux-gnu/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by /x/libLibTorchSharp.so)")]
    [InlineData(false, "/x/libLibTorchSharp.so: undefined symbol: _ZN2at4_ops3add4callE")]
    [InlineData(false, "/x/libLibTorchSharp.so: file too short")]
    [InlineData(false, "/lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found (required by /x/libLibTorchSharp.so)")]
    public void Only_a_version_that_libstdcxx_lacks_calls_for_a_copy(bool isNeeded, string problem) =>
        Assert.Equal(isNeeded, BridgeCopy.IsNeeded(problem));

    [Fact]
    public async Task There_is_a_copy_exactly_where_one_is_needed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "elsewhere TorchSharp loads its library itself");
        LibTorch.Load();
        Assert.Empty((await Run()).AssertSucceeds());
        Assert.Equal(LibTorch.Loaded!.IsBridgeCopied ? 1 : 0, Cached.Length);
    }

    [Fact]
    public async Task Without_a_named_cache_it_lies_in_the_users_own()
    {
        SkipUnlessNeeded();
        var home = Directory.CreateDirectory(Path.Combine(_folder, "home")).FullName;
        var standard = Environment(("PEFT_CACHE", null), ("XDG_CACHE_HOME", null), ("HOME", home));
        Assert.Empty((await CommandProcess.Run(standard)).AssertSucceeds());
        Assert.Single(Directory.GetFiles(Path.Combine(home, ".cache", "peft", "natives"), "*", SearchOption.AllDirectories));
        var caches = Path.Combine(_folder, "caches");
        var moved = Environment(("PEFT_CACHE", null), ("XDG_CACHE_HOME", caches), ("HOME", home));
        Assert.Empty((await CommandProcess.Run(moved)).AssertSucceeds());
        Assert.Single(Directory.GetFiles(Path.Combine(caches, "peft", "natives"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_user_without_a_home_is_told_to_name_a_folder()
    {
        SkipUnlessNeeded();
        var environment = Environment(("PEFT_CACHE", null), ("XDG_CACHE_HOME", null), ("HOME", Path.Combine(_folder, "none")));
        (await CommandProcess.Run(environment)).AssertFails("no home folder", "PEFT_CACHE");
        Assert.False(Directory.Exists(Path.Combine(_folder, "none")));
    }

    [Fact]
    public async Task A_cache_that_is_a_file_is_named()
    {
        SkipUnlessNeeded();
        File.WriteAllText(Cache, "a file");
        (await Run()).AssertFails(Cache, "cannot be written to", "PEFT_CACHE");
        Assert.Equal("a file", File.ReadAllText(Cache));
    }

    [Fact]
    public async Task A_read_only_cache_is_named()
    {
        SkipUnlessNeeded();
        var isRoot = System.Environment.UserName == "root"; // rights do not bind the superuser, who becomes nobody
        Directory.CreateDirectory(Cache);
        File.SetUnixFileMode(_folder, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(Cache, (UnixFileMode)0b101_101_101);
        const string AsNobody = "exec setpriv --reuid=65534 --regid=65534 --clear-groups \"$0\" \"$@\"";
        (await Run(isRoot ? AsNobody : null)).AssertFails(Cache, "cannot be written to", "PEFT_CACHE");
        Assert.Empty(Cached);
        File.SetUnixFileMode(Cache, (UnixFileMode)0b111_101_101);
    }

    [Fact]
    public async Task A_file_that_may_not_grow_leaves_nothing_behind()
    {
        SkipUnlessNeeded();
        // Code pages that may be written and run are mapped through a large file in memory, which the limit would forbid too.
        var limited = await Run("trap '' XFSZ; ulimit -f 100; DOTNET_EnableWriteXorExecute=0 exec \"$0\" \"$@\"");
        limited.AssertFails(Cache, "cannot be written to", "free space");
        Assert.Empty(Cached);
    }

    [Fact]
    public async Task A_full_disk_leaves_nothing_behind()
    {
        SkipUnlessNeeded();
        Directory.CreateDirectory(Cache);
        Assert.SkipUnless(System.Environment.UserName == "root", "only the superuser can mount a small file system");
        const string Limited = "mount -t tmpfs -o size=1m none \"$PEFT_CACHE\" || exit 99; \"$0\" \"$@\"; code=$?; find \"$PEFT_CACHE\" "
            + "-type f; exit $code";
        var environment = Environment(("LIMITED", Limited));
        var full = await CommandProcess.Run(environment, shell: "exec unshare --mount /bin/bash -c \"$LIMITED\" \"$0\" \"$@\"");
        Assert.SkipWhen(full.ExitCode == 99 || full.Error.StartsWith("unshare:", StringComparison.Ordinal), "mounting is forbidden here");
        full.AssertFails(Cache, "cannot be written to", "free space"); // and find names no file
    }

    [Fact]
    public async Task A_truncated_copy_is_repaired()
    {
        SkipUnlessNeeded();
        (await Run()).AssertSucceeds();
        var copy = Assert.Single(Cached);
        var whole = File.ReadAllBytes(copy);
        File.WriteAllBytes(copy, whole[..(whole.Length / 2)]);
        Assert.Empty((await Run()).AssertSucceeds());
        Assert.Equal(whole, File.ReadAllBytes(Assert.Single(Cached)));
    }

    [Fact]
    public async Task Processes_that_start_together_share_one_copy()
    {
        SkipUnlessNeeded();
        foreach (var run in await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Run())))
            Assert.Empty(run.AssertSucceeds());
        Assert.Single(Cached);
    }

    private static void SkipUnlessNeeded()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "elsewhere TorchSharp loads its library itself");
        LibTorch.Load();
        Assert.SkipUnless(LibTorch.Loaded!.IsBridgeCopied, "this machine's libstdc++ is new enough: nothing is copied");
    }

    private Dictionary<string, string?> Environment(params IEnumerable<(string Name, string? Value)> more)
    {
        var environment = new Dictionary<string, string?> { ["PEFT_CACHE"] = Cache, ["TORCH_DIR"] = null };
        foreach (var (name, value) in more)
            environment[name] = value;
        return environment;
    }

    private Task<CommandProcess> Run(string? shell = null) => CommandProcess.Run(Environment(), shell: shell);
}
