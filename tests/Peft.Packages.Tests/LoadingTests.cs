using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Peft.Training;

namespace Peft.Packages.Tests;

public sealed class LoadingTests : IDisposable
{
    private readonly PluginsFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_plugin_is_found_in_either_layout_mixed_and_trained(bool flat)
    {
        if (flat)
            _folder.AddFlat("Theirs", Sources.Method("theirs"));
        else
            _folder.Add("Theirs", Sources.Method("theirs"));
        var result = Training.Run(_folder.Plugins, "adamix(theirs)");
        Assert.Equal(4, result.Steps);
        Assert.Equal("adamix(theirs)", result.Method);
    }

    [Fact]
    public void A_run_and_its_adapter_name_the_plugin_and_say_so_when_it_is_missing()
    {
        _folder.Add("Theirs", Sources.Method("theirs", rest: "[assembly: System.Reflection.AssemblyVersion(\"1.2.3.0\")]"));
        var run = _folder.Outside("run");
        var result = Training.Run(_folder.Plugins, "adamix(theirs)", output: run);
        Assert.Equal("Theirs 1.2.3 (method theirs)", Assert.Single(result.Plugins).ToString());
        foreach (var adapter in (string[])["adapter", "adapter-merged"])
            Assert.Equal(result.Plugins[0].ToString(), Assert.Single(
                AdapterFolder.ReadManifest(Path.Combine(run, adapter)).Plugins).ToString());

        var problem = Assert.Throws<MissingPluginException>(() => TrainedModel.Load(run, new MethodRegistry()));
        Assert.Equal("Theirs", Assert.Single(problem.Plugins).Assembly);
        Assert.Contains("Theirs 1.2.3 (method theirs), which is not loaded", problem.Message);
        Assert.Contains("Theirs.dll with --plugins DIR", problem.Message);
    }

    [Fact]
    public void Its_types_of_the_contract_are_the_hosts()
    {
        _folder.Add("Theirs", Sources.Method("theirs"));
        var registry = new MethodRegistry();
        using var catalog = _folder.Load(registry);
        var method = registry.Find("theirs");
        Assert.IsAssignableFrom<ProjectionMethod>(method.Create(method.Complete(new Dictionary<string, object>())));
        Assert.Equal("Theirs", registry.OriginOf("theirs").GetName().Name);
        var plugin = Assert.Single(catalog.Report.Loaded);
        Assert.Equal("Theirs", plugin.Name);
        Assert.Equal(["theirs"], plugin.Methods.Select(described => described.Name));
    }

    [Fact]
    public void Two_versions_of_one_library_work_side_by_side()
    {
        foreach (var (plugin, value) in (ReadOnlySpan<(string, int)>)[("First", 3), ("Second", 5)])
        {
            var library = _folder.Reference("Library", Sources.Library(value, $"{value}.0.0.0"));
            _folder.Add(plugin, Sources.Method(plugin.ToLowerInvariant(), rank: "Library.Value"), library);
            _folder.Copy(library, plugin);
        }

        var registry = new MethodRegistry();
        using var catalog = _folder.Load(registry);
        Assert.Empty(catalog.Report.Failures);
        Assert.Equal(3, registry.Find("first").Options[0].Default);
        Assert.Equal(5, registry.Find("second").Options[0].Default);
    }

    [Fact]
    public void A_folder_of_build_output_holds_one_plugin_and_what_it_needs()
    {
        var library = PluginCompiler.Compile(_folder.Plugins, "Library", Sources.Library(3));
        PluginCompiler.Compile(_folder.Plugins, "Theirs", Sources.Method("theirs", rank: "Library.Value"), library);
        File.Copy(typeof(AdaptationMethod).Assembly.Location, Path.Combine(_folder.Plugins, "Peft.Abstractions.dll"));
        var registry = new MethodRegistry();
        using var catalog = _folder.Load(registry);
        Assert.Empty(catalog.Report.Failures);
        Assert.Equal("Theirs", Assert.Single(catalog.Report.Loaded).Name);
        Assert.Equal(3, registry.Find("theirs").Options[0].Default); // the contract beside it was not taken for the host's
    }

    [Fact]
    public void Copies_of_the_contract_and_TorchSharp_in_its_folder_are_not_loaded()
    {
        _folder.Add("Theirs", Sources.Method("theirs"));
        foreach (var shared in (Type[])[typeof(AdaptationMethod), typeof(TorchSharp.torch)])
            _folder.Copy(shared.Assembly.Location, "Theirs");
        var registry = new MethodRegistry();
        using var catalog = _folder.Load(registry);
        Assert.Empty(catalog.Report.Failures);
        var method = registry.Find("theirs");
        Assert.IsAssignableFrom<ProjectionMethod>(method.Create(method.Complete(new Dictionary<string, object>())));
        var context = Assert.IsAssignableFrom<AssemblyLoadContext>(catalog.Report.Loaded[0].Context.Target);
        Assert.Equal(["Theirs"], context.Assemblies.Select(assembly => assembly.GetName().Name));
    }

    [Fact]
    public void A_library_of_the_plugin_is_preferred_to_the_hosts_even_where_TorchSharp_references_it()
    {
        var protobuf = typeof(TorchSharp.torch).Assembly.GetReferencedAssemblies().Select(reference => reference.Name!)
            .First(name => name.Contains("Protobuf", StringComparison.Ordinal));
        var library = _folder.Reference(protobuf, Sources.Library(7, "99.0.0.0"));
        _folder.Add("Theirs", Sources.Method("theirs", rank: "Library.Value"), library);
        _folder.Copy(library, "Theirs");
        var registry = new MethodRegistry();
        using var catalog = _folder.Load(registry);
        Assert.Empty(catalog.Report.Failures);
        Assert.Equal(7, registry.Find("theirs").Options[0].Default);
    }

    [Theory]
    [InlineData("Прибавка-größe-方法")]
    [InlineData("A folder with spaces, + and #")]
    public void A_path_may_have_any_letters(string name)
    {
        _folder.Add(name, Sources.Method("theirs"));
        using var catalog = _folder.Load(new MethodRegistry());
        Assert.Empty(catalog.Report.Failures);
        Assert.Equal(name, Assert.Single(catalog.Report.Loaded).Name);
    }

    [Fact]
    public void A_path_may_be_long()
    {
        var deep = Path.Combine([_folder.Plugins, .. Enumerable.Repeat(new string('d', 100), 8)]);
        var library = _folder.Reference("Library", Sources.Library(3));
        File.Copy(library, Path.Combine(Directory.CreateDirectory(Path.Combine(deep, "Theirs")).FullName, "Library.dll"));
        PluginCompiler.Compile(Path.Combine(deep, "Theirs"), "Theirs", Sources.Method("theirs", rank: "Library.Value"), library);
        var registry = new MethodRegistry();
        using var catalog = new PluginCatalog([deep]);
        catalog.AddTo(registry);
        Assert.Empty(catalog.Report.Failures);
        Assert.Equal(3, registry.Find("theirs").Options[0].Default);
    }

    [Fact]
    public void A_flat_plugin_of_tasks_is_loaded_when_another_one_references_it()
    {
        var tasks = _folder.AddFlat("Tasks", $$"""
            using Peft; using Peft.Data; using Peft.Training; using System.Collections.Generic;
            public sealed class Mine : IFineTuningTask
            {
                public const int Rank = 2;
                public static int Value() => Rank;
                public string Name => "mine";
                public TaskHead Head => new TaskHead.LanguageModel();
                public ITaskData Read(TrainingOptions options) => null!;
                public IReadOnlyList<Prediction> Predict(PeftModel model, ITokenizer tokenizer,
                    IReadOnlyList<(string Text, string? Pair)> texts, TrainingOptions options) => [];
            }
            """);
        PluginCompiler.Compile(_folder.Plugins, "Theirs", Sources.Method("theirs", rank: "Mine.Value()"), tasks);
        using var catalog = _folder.Load(new MethodRegistry());
        Assert.Empty(catalog.Report.Failures);
        Assert.Equal(["Tasks", "Theirs"], catalog.Report.Loaded.Select(plugin => plugin.Name).Order());
    }

    [Fact]
    public void A_file_that_is_replaced_after_the_checks_is_refused_before_its_code_runs()
    {
        var tripwire = _folder.Outside("ran");
        var file = _folder.Add("Theirs", Sources.Method("theirs"));
        var image = PluginImage.Read(file)!;
        _folder.Add("Theirs", Sources.Method("theirs", rest: Sources.Tripwire(tripwire)));
        using var loader = CheckedPluginLoader.Loader(file, []);
        var problem = Assert.Throws<NotAPluginException>(() => CheckedPluginLoader.LoadAssembly(loader, image, file));
        Assert.Contains("replaced while it was loaded", problem.Message);
        Assert.False(File.Exists(tripwire));
    }

    [Fact]
    public void Unloaded_it_is_collected()
    {
        _folder.Add("Theirs", Sources.Method("theirs"));
        var registry = new MethodRegistry();
        Assert.True(PluginsFolder.IsCollected(LoadAndUnload(registry)));
        Assert.Empty(registry.Methods);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference LoadAndUnload(MethodRegistry registry)
    {
        using var catalog = _folder.Load(registry);
        Assert.Equal("theirs", Assert.Single(registry.Methods).Name);
        return catalog.Report.Loaded[0].Context;
    }

    [Fact]
    public void After_training_with_it_it_is_collected_as_well()
    {
        _folder.Add("Theirs", Sources.Method("theirs"));
        Assert.True(PluginsFolder.IsCollected(TrainAndUnload()));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference TrainAndUnload()
    {
        WeakReference? context = null;
        Training.Run(_folder.Plugins, "adamix(theirs)", catalog => context = catalog.Report.Loaded[0].Context);
        return context!;
    }
}
