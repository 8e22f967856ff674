using Peft.Models;

namespace Peft.Training;

/// <summary>The plugins of some folders, kept in step with a registry of methods.</summary>
/// <remarks>
/// Each plugin has a load context of its own: it shares Peft.Abstractions, TorchSharp and Peft's libraries with the program and uses its
/// own copies of other libraries. A plugin that cannot be loaded is reported and left out. All members may be called from any thread.
/// </remarks>
public sealed class PluginCatalog : IMethodSource, IExtensionSource, IDisposable
{
    private readonly Lock _refreshing = new();
    private readonly IReadOnlyList<string> _folders;
    private readonly List<LoadedPlugin> _loaded = [];
    private MethodRegistry? _registry;
    private TaskRegistry? _tasks;
    private BackboneRegistry? _backbones;
    private volatile PluginReport _report = new([], [], Changed: false);

    /// <summary>A catalog of folders; nothing is loaded yet.</summary>
    /// <param name="folders">Folders that hold <c>NAME/NAME.dll</c> or <c>NAME.dll</c> for each plugin.</param>
    /// <exception cref="PluginFolderException">A folder does not exist.</exception>
    public PluginCatalog(IEnumerable<string> folders)
    {
        _folders = [
            .. folders.Select(folder => Directory.Exists(folder) ? Path.GetFullPath(folder) : throw new PluginFolderException(folder))
            .Distinct()];
    }

    /// <summary>How long to wait for each plugin.</summary>
    internal PluginPatience Patience { get; init; } = new();

    /// <summary>The result of the last refresh.</summary>
    public PluginReport Report => _report;

    /// <summary>Loads every plugin and adds its methods.</summary>
    /// <param name="registry">The registry to which methods are added, now and at every <see cref="Refresh"/>.</param>
    /// <exception cref="InvalidOperationException">The catalog serves another registry already.</exception>
    public void AddTo(MethodRegistry registry)
    {
        lock (_refreshing)
        {
            if (_registry is not null && _registry != registry)
                throw new InvalidOperationException("the catalog serves another registry; make one catalog for each.");
            _registry = registry;
        }

        Refresh();
    }

    /// <summary>Adds the tasks of the plugins that are loaded, and from here on keeps the registry in step with them.</summary>
    /// <param name="registry">The registry to which tasks are added.</param>
    /// <exception cref="InvalidOperationException">The catalog serves another registry already.</exception>
    /// <exception cref="DuplicateTaskException">A task's name is taken.</exception>
    public void AddTo(TaskRegistry registry)
    {
        lock (_refreshing)
        {
            if (_tasks is not null && _tasks != registry)
                throw new InvalidOperationException("the catalog serves another registry; make one catalog for each.");
            foreach (var task in _tasks is null ? _loaded.SelectMany(plugin => plugin.Tasks) : [])
                registry.Add(task);
            _tasks = registry;
        }
    }

    /// <summary>Adds the plugins' families of backbones, and from here on keeps the registry in step with them.</summary>
    /// <param name="registry">The registry to which families are added.</param>
    /// <exception cref="InvalidOperationException">The catalog serves another registry already.</exception>
    /// <exception cref="DuplicateBackboneException">A family's <c>model_type</c> is taken.</exception>
    public void AddTo(BackboneRegistry registry)
    {
        lock (_refreshing)
        {
            if (_backbones is not null && _backbones != registry)
                throw new InvalidOperationException("the catalog serves another registry; make one catalog for each.");
            foreach (var family in _backbones is null ? _loaded.SelectMany(plugin => plugin.Backbones) : [])
                registry.Add(family);
            _backbones = registry;
        }
    }

    /// <summary>Loads new plugins, reloads plugins whose files changed, and unloads plugins whose files were removed.</summary>
    /// <returns>The new report.</returns>
    /// <exception cref="InvalidOperationException">The catalog was not added to a registry.</exception>
    public PluginReport Refresh()
    {
        lock (_refreshing)
        {
            var registry = _registry ?? throw new InvalidOperationException("the catalog serves no registry yet; call AddTo first.");
            var failures = new List<PluginFailure>();
            var files = PluginFile.Find(_folders.Where(Directory.Exists), failures.Add);
            var changed = UnloadWhere(registry, plugin => files.All(file => file.Path != plugin.File));
            foreach (var file in files)
            {
                try
                {
                    changed |= Bring(registry, file);
                }
                catch (Exception problem) when (CheckedPluginLoader.IsFailure(problem))
                {
                    failures.Add(new PluginFailure(file.Path, problem));
                }
            }

            changed |= !failures.Select(failure => failure.Problem.Message)
                .SequenceEqual(_report.Failures.Select(failure => failure.Problem.Message));
            return _report = new PluginReport([.. _loaded], failures, changed);
        }
    }

    /// <summary>Refreshes whenever files in the folders have changed and then stayed unchanged for some time, until cancelled.</summary>
    /// <remarks>
    /// Compares lengths and times of writing. Unlike notifications of the file system, this also works on network and container mounts.
    /// </remarks>
    /// <param name="changed">Called after every change, on the calling thread.</param>
    /// <param name="rest">How long files must stay unchanged, so that an unfinished build is not loaded.</param>
    /// <param name="cancellation">Stops; the method then returns.</param>
    public void Watch(Action<PluginReport> changed, TimeSpan rest, CancellationToken cancellation)
    {
        var (seen, done) = (FileStamps.OfFolders(_folders), (FileStamps?)null);
        while (!cancellation.WaitHandle.WaitOne(rest))
        {
            var now = FileStamps.OfFolders(_folders);
            var rested = now.Equals(seen);
            seen = now;
            if (!rested || now.Equals(done))
                continue;
            done = now;
            if (Refresh() is { Changed: true } report)
                changed(report);
        }
    }

    /// <summary>Removes the methods and unloads every plugin. Models that use a plugin keep it in memory until they are disposed.</summary>
    public void Dispose()
    {
        lock (_refreshing)
        {
            if (_registry is { } registry)
                UnloadWhere(registry, _ => true);
            _report = new PluginReport([], [], Changed: true);
        }
    }

    /// <summary>
    /// Loads a file unless its current version is loaded. The earlier build is unloaded only after the new one is loaded.
    /// </summary>
    private bool Bring(MethodRegistry registry, PluginFile file)
    {
        var before = _loaded.Find(plugin => plugin.File == file.Path);
        if (before is { IsCurrent: true })
            return false;
        if (_loaded.Find(plugin => plugin.Name == file.Name && plugin != before) is { } other)
            throw new DuplicatePluginException(file.Name, file.Path, other.File);
        var plugin = PluginCode.Run(
            file.Path, Patience, () => CheckedPluginLoader.Load(file, new RegistryCheck(registry, _tasks, _backbones), before));
        UnloadWhere(registry, loaded => loaded == before);
        foreach (var method in plugin.Methods)
            registry.Add(method, plugin.Assembly!);
        foreach (var task in plugin.Tasks)
            _tasks?.Add(task);
        foreach (var family in plugin.Backbones)
            _backbones?.Add(family);
        _loaded.Add(plugin);
        return true;
    }

    private bool UnloadWhere(MethodRegistry registry, Func<LoadedPlugin, bool> goes)
    {
        var going = _loaded.Where(goes).ToList();
        foreach (var plugin in going)
        {
            foreach (var method in plugin.Methods)
                registry.Remove(method.Name);
            foreach (var task in plugin.Tasks)
                _tasks?.Remove(task.Name);
            foreach (var family in plugin.Backbones)
                _backbones?.Remove(family);
            _loaded.Remove(plugin);
            plugin.Unload();
        }

        return going.Count > 0;
    }
}
