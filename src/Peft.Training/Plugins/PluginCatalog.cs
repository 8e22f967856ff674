using Peft.Models;

namespace Peft.Training;

/// <summary>The plugins of some folders, kept in step with a registry of methods.</summary>
/// <remarks>
/// Each plugin has a load context of its own: it shares Peft.Abstractions and TorchSharp with the program, and brings its other libraries
/// itself. One that cannot be loaded is reported and left out. All members may be called from any thread.
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

    /// <summary>How it stands since plugins were last loaded.</summary>
    public PluginReport Report => _report;

    /// <summary>Loads every plugin and adds its methods.</summary>
    /// <param name="registry">Where the methods go, now and at every <see cref="Refresh"/>.</param>
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
    /// <param name="registry">Where the tasks go.</param>
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
    /// <param name="registry">Where the families go.</param>
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

    /// <summary>Loads plugins that came, loads those anew whose files changed, and unloads those that went.</summary>
    /// <returns>How it stands now.</returns>
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

    /// <summary>Refreshes whenever files of the folders changed and then rested for a moment, until cancelled.</summary>
    /// <remarks>
    /// Looks at lengths and times of writing: unlike notifications of the file system, that also works on network and container mounts.
    /// </remarks>
    /// <param name="changed">Called after every change, on the calling thread.</param>
    /// <param name="rest">How long files must rest, so that a build in progress is not met half-way.</param>
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

    /// <summary>Takes the methods out and unloads every plugin. Models that use one keep it alive until they are disposed of.</summary>
    public void Dispose()
    {
        lock (_refreshing)
        {
            if (_registry is { } registry)
                UnloadWhere(registry, _ => true);
            _report = new PluginReport([], [], Changed: true);
        }
    }

    /// <summary>Loads a file unless it is loaded as it is; the build before goes only once the new one stands.</summary>
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
