using System.Collections;
using System.Globalization;

namespace TorchSharp.Modules;

/// <summary>Modules in order, registered under their positions.</summary>
/// <typeparam name="T">The kind of module.</typeparam>
public class ModuleList<T> : torch.nn.Module, IList<T>
    where T : torch.nn.Module
{
    private readonly List<T> items = [];

    /// <summary>A list of those modules.</summary>
    public ModuleList(params T[] modules)
        : base(nameof(ModuleList<>))
    {
        ComponentsAreRegistered();
        items.AddRange(modules);
        RegisterComponents();
    }

    /// <summary>How many modules there are.</summary>
    public int Count => items.Count;

    /// <summary>False: modules can be added.</summary>
    public bool IsReadOnly => false;

    /// <summary>The module at a position.</summary>
    public T this[int index]
    {
        get => items[index];
        set
        {
            items[index] = value;
            RegisterComponents();
        }
    }

    /// <summary>Adds a module at the end.</summary>
    public void Add(T item)
    {
        items.Add(item);
        register_module((items.Count - 1).ToString(CultureInfo.InvariantCulture), item);
    }

    /// <summary>Adds modules at the end.</summary>
    public void append(params T[] parameters) => extend(parameters);

    /// <summary>Adds modules at the end.</summary>
    public void extend(IEnumerable<T> modules)
    {
        foreach (var module in modules)
            Add(module);
    }

    /// <summary>Puts a module at a position.</summary>
    public void Insert(int index, T item)
    {
        items.Insert(index, item);
        RegisterComponents();
    }

    /// <summary>Takes a module out.</summary>
    public bool Remove(T item)
    {
        var removed = items.Remove(item);
        RegisterComponents();
        return removed;
    }

    /// <summary>Takes the module at a position out.</summary>
    public void RemoveAt(int index)
    {
        items.RemoveAt(index);
        RegisterComponents();
    }

    /// <summary>Takes all modules out.</summary>
    public void Clear()
    {
        items.Clear();
        RegisterComponents();
    }

    /// <summary>Whether the module is in the list.</summary>
    public bool Contains(T item) => items.Contains(item);

    /// <summary>Where the module is; -1 if nowhere.</summary>
    public int IndexOf(T item) => items.IndexOf(item);

    /// <summary>Copies the modules into an array.</summary>
    public void CopyTo(T[] array, int arrayIndex) => items.CopyTo(array, arrayIndex);

    /// <summary>The modules in order.</summary>
    public IEnumerator<T> GetEnumerator() => items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Registers the modules under their positions.</summary>
    protected override void RegisterComponents()
    {
        ClearModules();
        for (var i = 0; i < items.Count; i++)
            register_module(i.ToString(CultureInfo.InvariantCulture), items[i]);
    }
}
