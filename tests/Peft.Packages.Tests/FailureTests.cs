using Peft.Methods;
using Peft.Training;

namespace Peft.Packages.Tests;

/// <summary>Each failure is of its own type, names the file, and leaves the others alone.</summary>
public sealed class FailureTests : IDisposable
{
    private readonly PluginsFolder _folder = new();

    public FailureTests() => _folder.Add("Good", Sources.Method("good"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_that_is_no_assembly()
    {
        File.WriteAllText(Path.Combine(_folder.Plugins, "Text.dll"), "not an assembly");
        AssertFails<NotAPluginException>("Text.dll", "no .NET assembly");
    }

    [Fact]
    public void An_assembly_that_does_not_use_the_contract()
    {
        _folder.Add("Library", Sources.Library(1));
        AssertFails<NotAPluginException>("Library.dll", "does not use Peft.Abstractions");
    }

    [Fact]
    public void An_assembly_without_methods()
    {
        _folder.Add("Empty", "public static class Empty { public static Peft.Site Site => Peft.Site.Query; public static object Other "
            + "=> Peft.Init.Ones; "
            + "public static Peft.OptionValues? Values; }");
        AssertFails<NotAPluginException>("Empty.dll", "catalog");
    }

    [Fact]
    public void A_folder_without_its_assembly()
    {
        _folder.Copy(_folder.Reference("Other", Sources.Library(1)), "Named");
        AssertFails<NotAPluginException>(Path.Combine("Named", "Named.dll"), "no such file");
    }

    [Theory]
    [InlineData("3.0.0.0", "found 3.0")]
    [InlineData("2.99.0.0", "found 2.99")]
    [InlineData("2.0.9.0", "found 2.0.9")]
    [InlineData("1.3.0.0", "found 1.3")]
    public void A_plugin_for_another_contract_of_which_no_code_runs(string version, string part)
    {
        var tripwire = _folder.Outside("ran");
        _folder.Add("Other", Sources.CatalogOnly(Sources.Tripwire(tripwire)), _folder.Reference(
            "Peft.Abstractions", Sources.Contract(version)));
        AssertFails<ContractMismatchException>("Other.dll", part, "expected contract");
        Assert.False(File.Exists(tripwire));
    }

    [Fact]
    public void The_tripwire_works()
    {
        var tripwire = _folder.Outside("ran");
        _folder.Add("Wired", Sources.Method("wired", rest: Sources.Tripwire(tripwire)));
        using var catalog = _folder.Load(new MethodRegistry());
        Assert.Empty(catalog.Report.Failures);
        Assert.True(File.Exists(tripwire));
    }

    [Theory]
    [InlineData("0.99.0.0", "found TorchSharp 0.99")]
    [InlineData("0.107.1.0", "found TorchSharp 0.107.1")]
    [InlineData("0.107.0.0", "torch.nonesuch with 1 parameter(s)")]
    public void A_plugin_for_another_TorchSharp(string version, string part)
    {
        _folder.Add("Other", Sources.TorchUser, _folder.Reference("TorchSharp", Sources.Torch(version)));
        AssertFails<TorchMismatchException>("Other.dll", part);
    }

    [Fact]
    public void A_library_for_another_contract_or_another_TorchSharp()
    {
        var contract = _folder.Reference("Peft.Abstractions", Sources.Contract("1.99.0.0"));
        const string Other = "[Peft.MethodCatalog(typeof(Other))] public static class Other;";
        var library = _folder.Reference("Library", Sources.Library(3) + Other, contract);
        _folder.Add("Needy", Sources.Method("needy", rank: "Library.Value"), library);
        _folder.Copy(library, "Needy");
        AssertFails<ContractMismatchException>("Library.dll", "found 1.99");
        var torch = _folder.Reference("TorchSharp", Sources.Torch("0.107.1.0"));
        var user = "public static class User { public static int Use() => TorchSharp.torch.nonesuch(1); }";
        _folder.Copy(_folder.Reference("Library", Sources.Library(3) + user, torch), "Needy");
        AssertFails<TorchMismatchException>("Library.dll", "found TorchSharp 0.107.1");
    }

    [Fact]
    public void A_missing_library()
    {
        _folder.Add("Needy", Sources.Method("needy", rank: "Library.Value"), _folder.Reference("Library", Sources.Library(3)));
        AssertFails<MissingDependencyException>("Needy.dll", "it needs Library 1.0.0.0", "dotnet publish");
    }

    [Fact]
    public void A_library_that_lacks_a_library()
    {
        var inner = _folder.Reference("Inner", Sources.Library(3));
        var outer = _folder.Reference("Outer", "public static class Outer { public static int Value => Library.Value; }", inner);
        _folder.Add("Needy", Sources.Method("needy", rank: "Outer.Value"), outer);
        _folder.Copy(outer, "Needy");
        AssertFails<MissingDependencyException>("Needy.dll", "Outer needs Inner");
    }

    [Fact]
    public void A_library_that_is_too_old()
    {
        _folder.Add("Needy", Sources.Method("needy", rank: "Library.Value"), _folder.Reference("Library", Sources.Library(3, "2.0.0.0")));
        _folder.Copy(_folder.Reference("Library", Sources.Library(3, "1.0.0.0")), "Needy");
        AssertFails<MissingDependencyException>("Needy.dll", "needs Library 2.0.0.0, found 1.0.0.0");
    }

    [Fact]
    public void A_framework_that_is_too_old()
    {
        _folder.Add("Later", Sources.Method("later", rank: "Library.Value"), _folder.Reference(
            "System.Linq", Sources.Library(3, "99.0.0.0")));
        AssertFails<MissingDependencyException>("Later.dll", "needs System.Linq 99.0.0.0");
    }

    [Fact]
    public void Two_plugins_of_one_name()
    {
        _folder.AddFlat("Good", Sources.Method("other"));
        var failure = AssertFails<DuplicatePluginException>("Good.dll", "'Good'", "Good.dll as well", others: false);
        Assert.NotEqual(Path.Combine(_folder.Plugins, "Good.dll"), failure.File);
    }

    [Fact]
    public void A_method_name_that_is_taken_by_the_program_or_another_plugin()
    {
        _folder.Add("Late", Sources.Method("good"));
        AssertFails<DuplicatePluginMethodException>("Late.dll", "'good', which Good has taken");
        _folder.Add("Late", Sources.Method("lora"));
        AssertFails<DuplicatePluginMethodException>("Late.dll", "'lora', which Peft.Methods has taken");
    }

    [Theory]
    [InlineData("public Method() => throw new System.InvalidOperationException(\"no constructor today\");", "no constructor today")]
    [InlineData("private static readonly int s_broken = int.Parse(\"x\");", "FormatException")]
    public void Code_that_throws(string member, string part)
    {
        _folder.Add("Throws", Sources.Method("throws", members: member));
        AssertFails<PluginCodeException>("Throws.dll", part);
    }

    [Fact]
    public void A_catalog_written_by_hand()
    {
        _folder.Add("ByHand", "[assembly: Peft.MethodCatalog(typeof(ByHand))]\npublic sealed class ByHand;");
        AssertFails<PluginCodeException>("ByHand.dll", "MethodCatalogException", "[PeftMethod]");
    }

    [Fact]
    public void A_folder_that_does_not_exist() =>
        Assert.Contains("no/such/folder", Assert.Throws<PluginFolderException>(() => new PluginCatalog(["no/such/folder"])).Message);

    private PluginFailure AssertFails<T>(string file, string first, string second = "", bool others = true)
        where T : Exception
    {
        var registry = new MethodRegistry().Add<Lora>();
        using var catalog = _folder.Load(registry);
        var failure = Assert.Single(catalog.Report.Failures);
        Assert.IsType<T>(failure.Problem);
        Assert.All((string[])[file, first, second, "found"], part => Assert.Contains(part, failure.Problem.Message));
        Assert.DoesNotContain('\n', failure.Problem.Message);
        if (others)
            Assert.NotNull(registry.Find("good"));
        return failure;
    }
}
