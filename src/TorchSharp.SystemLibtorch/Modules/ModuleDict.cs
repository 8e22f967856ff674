using System.Collections;

namespace TorchSharp.Modules;

/// <summary>Modules by name, in the order of adding, registered under their names.</summary>
/// <typeparam name="T">The kind of module.</typeparam>
public class ModuleDict<T> : torch.nn.Module, IEnumerable<(string, T)>
    where T : torch.nn.Module
{
    private readonly OrderedDictionary<string, T> entries = [];

    /// <summary>An empty dictionary.</summary>
    public ModuleDict()
        : base(nameof(ModuleDict<>))
    {
    }

    /// <summary>How many there are.</summary>
    public int Count => entries.Count;

    /// <summary>False: entries can be added.</summary>
    public bool IsReadOnly => false;

    /// <summary>The names in order.</summary>
    public ICollection<string> Keys => entries.Keys;

    /// <summary>The modules in order.</summary>
    public ICollection<T> Values => entries.Values;

    /// <summary>The module of that name.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public T this[string key]
    {
        get => entries[key];
        set
        {
            entries[key] = value;
            RegisterComponents();
        }
    }

    /// <summary>Adds a module.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public void Add(string key, T value)
    {
        entries.Add(key, value);
        RegisterComponents();
    }

    /// <inheritdoc cref="Add(string, T)"/>
    public void Add((string, T) item) => Add(item.Item1, item.Item2);

    /// <summary>Takes an entry out; false if there is none.</summary>
    public bool Remove(string key)
    {
        var removed = entries.Remove(key);
        RegisterComponents();
        return removed;
    }

    /// <summary>Takes all entries out.</summary>
    public void Clear()
    {
        entries.Clear();
        RegisterComponents();
    }

    /// <inheritdoc cref="Clear"/>
    public void clear() => Clear();

    /// <summary>Whether there is an entry of that name.</summary>
    public bool ContainsKey(string key) => entries.ContainsKey(key);

    /// <summary>Finds the module of that name.</summary>
    public bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T value) => entries.TryGetValue(key, out value);

    /// <summary>The names in order.</summary>
    public IEnumerable<string> keys() => entries.Keys;

    /// <summary>The modules in order.</summary>
    public IEnumerable<T> values() => entries.Values;

    /// <summary>The entries in order.</summary>
    public IEnumerator<(string, T)> items() => GetEnumerator();

    /// <summary>The entries in order.</summary>
    public IEnumerator<(string, T)> GetEnumerator() => entries.Select(pair => (pair.Key, pair.Value)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Registers the entries under their names.</summary>
    protected override void RegisterComponents()
    {
        ClearModules();
        foreach (var (key, value) in entries)
            register_module(key, value);
    }
}
