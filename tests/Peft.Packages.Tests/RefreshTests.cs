using System.Runtime.CompilerServices;
using Peft.Training;

namespace Peft.Packages.Tests;

public sealed class RefreshTests : IDisposable
{
    private readonly PluginsFolder _folder = new();
    private readonly MethodRegistry _registry = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Built_anew_it_is_loaded_anew_and_the_build_before_is_collected()
    {
        _folder.Add("Theirs", Sources.Method("theirs", rank: "4"));
        using var catalog = _folder.Load(_registry);
        Assert.True(PluginsFolder.IsCollected(Rebuild(catalog)));
        Assert.Equal(16, _registry.Find("theirs").Options[0].Default);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference Rebuild(PluginCatalog catalog)
    {
        var before = catalog.Report.Loaded[0].Context;
        _folder.Add("Theirs", Sources.Method("theirs", rank: "16"));
        Assert.True(catalog.Refresh().Changed);
        Assert.False(catalog.Refresh().Changed);
        return before;
    }

    [Fact]
    public void A_rebuild_that_does_not_load_leaves_the_build_before()
    {
        var file = _folder.Add("Theirs", Sources.Method("theirs"));
        using var catalog = _folder.Load(_registry);
        File.WriteAllText(file, "half a file");
        var report = catalog.Refresh();
        Assert.IsType<NotAPluginException>(Assert.Single(report.Failures).Problem);
        Assert.Equal(4, _registry.Find("theirs").Options[0].Default);
        _folder.Add("Theirs", Sources.Method("theirs", rank: "8"));
        Assert.Empty(catalog.Refresh().Failures);
        Assert.Equal(8, _registry.Find("theirs").Options[0].Default);
    }

    [Fact]
    public void Configured_defaults_hold_for_a_rebuild_and_for_one_that_comes_back()
    {
        var file = _folder.Add("Theirs", Sources.Method("theirs", rank: "4"));
        using var catalog = _folder.Load(_registry);
        _registry.SetDefaults("theirs", new Dictionary<string, string> { ["rank"] = "9" });
        _registry.SetDefaults("theirs", new Dictionary<string, string> { ["sites"] = "key" });
        _folder.Add("Theirs", Sources.Method("theirs", rank: "16"));
        Assert.True(catalog.Refresh().Changed);
        Assert.Equal(9, _registry.Find("theirs").Options[0].Default);
        Assert.Equal([Site.Key], _registry.Find("theirs").DefaultSites);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        catalog.Refresh();
        _folder.Add("Theirs", Sources.Method("theirs", rank: "2"));
        catalog.Refresh();
        Assert.Equal(9, _registry.Find("theirs").Options[0].Default);
    }

    [Fact]
    public void A_rebuild_without_a_configured_option_is_reported_and_leaves_the_build_before()
    {
        _folder.Add("Theirs", Sources.Method("theirs", members: "[Option(Min = 0)] public int More { get; init; }"));
        using var catalog = _folder.Load(_registry);
        _registry.SetDefaults("theirs", new Dictionary<string, string> { ["more"] = "3" });
        var file = _folder.Add("Theirs", Sources.Method("theirs"));
        var problem = Assert.IsType<PluginDefaultsException>(Assert.Single(catalog.Refresh().Failures).Problem);
        Assert.Contains(file, problem.Message);
        Assert.Contains("theirs.more", problem.Message);
        Assert.Equal(3, _registry.Find("theirs").Options.Single(option => option.Name == "more").Default);
        _folder.Add("Theirs", Sources.Method("theirs", members: "[Option(Min = 0)] public int More { get; init; } = 8;"));
        Assert.Empty(catalog.Refresh().Failures);
        Assert.Equal(3, _registry.Find("theirs").Options.Single(option => option.Name == "more").Default);
    }

    [Fact]
    public void A_library_built_anew_counts_too()
    {
        var library = _folder.Reference("Library", Sources.Library(3));
        _folder.Add("Theirs", Sources.Method("theirs", rank: "Library.Value"), library);
        _folder.Copy(library, "Theirs");
        using var catalog = _folder.Load(_registry);
        _folder.Copy(_folder.Reference("Library", Sources.Library(1234567)), "Theirs");
        Assert.True(catalog.Refresh().Changed);
        Assert.Equal(1234567, _registry.Find("theirs").Options[0].Default);
    }

    [Fact]
    public void Plugins_come_and_go()
    {
        using var catalog = _folder.Load(_registry);
        Assert.Empty(_registry.Methods);
        var file = _folder.Add("Theirs", Sources.Method("theirs"));
        Assert.True(catalog.Refresh().Changed);
        Assert.NotNull(_registry.Find("theirs"));
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        Assert.True(catalog.Refresh().Changed);
        Assert.Empty(_registry.Methods);
    }

    [Fact]
    public async Task Watching_tells_of_a_rebuild_and_ends_when_told()
    {
        _folder.Add("Theirs", Sources.Method("theirs", rank: "4"));
        using var catalog = _folder.Load(_registry);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var told = new SemaphoreSlim(0);
        var watching = Task.Run(() => catalog.Watch(_ => told.Release(), TimeSpan.FromMilliseconds(50), stop.Token));
        await Task.Delay(150);
        _folder.Add("Theirs", Sources.Method("theirs", rank: "16"));
        do // on a busy machine the file may rest half written: the first report is then a failure, and the build before stays
            Assert.True(await told.WaitAsync(TimeSpan.FromSeconds(20)));
        while (catalog.Report.Failures.Count > 0);
        Assert.Equal(16, _registry.Find("theirs").Options[0].Default);
        await stop.CancelAsync();
        await watching;
    }
}
