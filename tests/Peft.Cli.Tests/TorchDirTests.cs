using System.Text;

namespace Peft.Cli.Tests;

/// <summary>TORCH_DIR, and a program that has no libtorch of its own.</summary>
public sealed class TorchDirTests(TorchDirTests.BareProgram bare) : IClassFixture<TorchDirTests.BareProgram>, IDisposable
{
    private const string Torch = "libtorch_cpu.so";

    private readonly string _folder = Directory.CreateTempSubdirectory("peft-torch-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("none")]
    [InlineData("")]
    public async Task A_folder_without_libtorch_is_named(string name)
    {
        var folder = Path.Combine(_folder, name);
        (await Run(folder)).AssertFails($"TORCH_DIR is '{folder}'", "has no lib/libtorch_cpu.so", "torch.__path__");
    }

    [Fact]
    public async Task Another_major_version_is_refused()
    {
        var named = Fake("1.13.1");
        (await Run(named)).AssertFails($"TORCH_DIR is '{named}'", "a libtorch 1.13.1", "needs libtorch 2.10.0", "no other major version");
        (await Run(named, bare.Folder)).AssertFails("a libtorch 1.13.1");
    }

    [Fact]
    public async Task A_program_with_a_libtorch_of_its_own_is_not_given_a_second()
    {
        var named = Fake("2.10.0");
        (await Run(named)).AssertFails($"TORCH_DIR is '{named}'", "has a libtorch of its own", "TorchDevice=none", "unset the variable");
    }

    [Fact]
    public async Task A_libtorch_that_cannot_be_loaded_is_named() =>
        (await Run(Fake("2.10.0"), bare.Folder)).AssertFails(Path.Combine(_folder, "lib", Torch), "cannot be loaded", "file too short");

    [Fact]
    public async Task A_program_without_libtorch_is_told_which_package_to_reference() =>
        (await Run(named: null, bare.Folder)).AssertFails(Torch, "libtorch-cpu-linux-x64 2.10.0", "TORCH_DIR");

    [Theory]
    [InlineData("2.10.0", null)]
    [InlineData("2.11.0+cu130", "a libtorch 2.11.0; TorchSharp was built for 2.10.0")]
    public async Task A_libtorch_of_the_major_version_is_loaded_with_a_warning_where_the_minor_differs(string version, string? warning)
    {
        var error = (await Run(Linked(version), bare.Folder)).AssertSucceeds();
        if (warning is null)
            Assert.Empty(error);
        else
            Assert.Contains(warning, Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public async Task A_symbol_that_libtorch_lacks_is_named_with_both_versions()
    {
        var library = Path.Combine(bare.Folder, "libLibTorchSharp.so");
        var image = File.ReadAllBytes(library);
        var asking = (byte[])image.Clone();
        var symbol = asking.AsSpan().IndexOf("_ZN2at4_ops"u8);
        "_ZN2at4_opz"u8.CopyTo(asking.AsSpan(symbol)); // as if TorchSharp called an operator of another name
        File.WriteAllBytes(library, asking);
        try
        {
            var name = Encoding.ASCII.GetString(asking.AsSpan(symbol, asking.AsSpan(symbol).IndexOf((byte)0)));
            (await Run(Linked("2.11.0"), bare.Folder)).AssertFails($"libtorch 2.11.0 lacks the symbol {name},", "built for libtorch 2.10.0");
        }
        finally
        {
            File.WriteAllBytes(library, image);
        }
    }

    private Task<CommandProcess> Run(string? named, string? program = null)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "TORCH_DIR is read on Linux alone");
        return CommandProcess.Run(new Dictionary<string, string?> { ["TORCH_DIR"] = named, ["PEFT_CACHE"] = Path.Combine(_folder, "cache") }, program);
    }

    /// <summary>What looks like PyTorch's folder of a version, and has no library in it.</summary>
    private string Fake(string version)
    {
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "lib")).FullName, Torch), "");
        File.WriteAllText(Path.Combine(_folder, "version.py"), $"__version__ = '{version}'\n");
        return _folder;
    }

    /// <summary>The package's libtorch in PyTorch's layout, said to be of a version.</summary>
    private string Linked(string version)
    {
        var libraries = Directory.CreateDirectory(Path.Combine(_folder, "lib")).FullName;
        foreach (var file in Directory.GetFiles(AppContext.BaseDirectory, "lib*.so*").Where(file => !file.Contains("TorchSharp", StringComparison.Ordinal)))
            File.CreateSymbolicLink(Path.Combine(libraries, Path.GetFileName(file)), file);
        File.WriteAllText(Path.Combine(_folder, "version.py"), $"__version__ = '{version}'\n");
        return _folder;
    }

    /// <summary>The command as built with TorchDevice=none: TorchSharp's library, and no libtorch.</summary>
    public sealed class BareProgram : IDisposable
    {
        public BareProgram()
        {
            string[] wanted = ["*.dll", "Peft.Cli", "Peft.Cli.runtimeconfig.json", "libLibTorchSharp.so"]; // without a deps.json, which would name libtorch
            foreach (var file in wanted.SelectMany(pattern => Directory.GetFiles(AppContext.BaseDirectory, pattern)))
                File.Copy(file, Path.Combine(Folder, Path.GetFileName(file)));
        }

        public string Folder { get; } = Directory.CreateTempSubdirectory("peft-bare-").FullName;

        public void Dispose() => Directory.Delete(Folder, recursive: true);
    }
}
