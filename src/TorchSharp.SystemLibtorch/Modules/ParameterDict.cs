using System.Collections;

namespace TorchSharp.Modules;

/// <summary>Parameters by name, in the order of adding, registered under their names.</summary>
public class ParameterDict : torch.nn.Module, IEnumerable<(string, Parameter)>
{
    private readonly OrderedDictionary<string, Parameter> entries = [];

    /// <summary>An empty dictionary.</summary>
    public ParameterDict()
        : base(nameof(ParameterDict))
    {
    }

    /// <summary>How many there are.</summary>
    public int Count => entries.Count;

    /// <summary>False: entries can be added.</summary>
    public bool IsReadOnly => false;

    /// <summary>The names in order.</summary>
    public ICollection<string> Keys => entries.Keys;

    /// <summary>The parameters in order.</summary>
    public ICollection<Parameter> Values => entries.Values;

    /// <summary>The parameter of that name.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public Parameter this[string key]
    {
        get => entries[key];
        set
        {
            entries[key] = value;
            RegisterComponents();
        }
    }

    /// <summary>Adds a parameter.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public void Add(string key, Parameter value)
    {
        entries.Add(key, value);
        RegisterComponents();
    }

    /// <inheritdoc cref="Add(string, Parameter)"/>
    public void Add((string, Parameter) item) => Add(item.Item1, item.Item2);

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

    /// <summary>Finds the parameter of that name.</summary>
    public bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out Parameter value) => entries.TryGetValue(key, out value);

    /// <summary>The names in order.</summary>
    public IEnumerable<string> keys() => entries.Keys;

    /// <summary>The parameters in order.</summary>
    public IEnumerable<Parameter> values() => entries.Values;

    /// <summary>The entries in order.</summary>
    public IEnumerator<(string, Parameter)> items() => GetEnumerator();

    /// <summary>The entries in order.</summary>
    public IEnumerator<(string, Parameter)> GetEnumerator() => entries.Select(pair => (pair.Key, pair.Value)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Registers the entries under their names.</summary>
    protected override void RegisterComponents()
    {
        ClearParameters();
        foreach (var (key, value) in entries)
            register_parameter(key, value);
    }
}
