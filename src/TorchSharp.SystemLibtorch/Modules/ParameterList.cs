using System.Collections;
using System.Globalization;

namespace TorchSharp.Modules;

/// <summary>Parameters in order, registered under their positions.</summary>
public class ParameterList : torch.nn.Module, IList<Parameter>
{
    private readonly List<Parameter> items = [];

    /// <summary>A list of those parameters.</summary>
    public ParameterList(params Parameter[] parameters)
        : base(nameof(ParameterList))
    {
        ComponentsAreRegistered();
        items.AddRange(parameters);
        RegisterComponents();
    }

    /// <summary>How many parameters there are.</summary>
    public int Count => items.Count;

    /// <summary>False: parameters can be added.</summary>
    public bool IsReadOnly => false;

    /// <summary>The parameter at a position.</summary>
    public Parameter this[int index]
    {
        get => items[index];
        set
        {
            items[index] = value;
            RegisterComponents();
        }
    }

    /// <summary>Adds a parameter at the end.</summary>
    public void Add(Parameter item)
    {
        items.Add(item);
        register_parameter((items.Count - 1).ToString(CultureInfo.InvariantCulture), item);
    }

    /// <summary>Adds parameters at the end.</summary>
    public void append(params Parameter[] parameters) => extend(parameters);

    /// <summary>Adds parameters at the end.</summary>
    public void extend(IEnumerable<Parameter> parameters)
    {
        foreach (var parameter in parameters)
            Add(parameter);
    }

    /// <summary>Puts a parameter at a position.</summary>
    public void Insert(int index, Parameter item)
    {
        items.Insert(index, item);
        RegisterComponents();
    }

    /// <summary>Takes a parameter out.</summary>
    public bool Remove(Parameter item)
    {
        var removed = items.Remove(item);
        RegisterComponents();
        return removed;
    }

    /// <summary>Takes the parameter at a position out.</summary>
    public void RemoveAt(int index)
    {
        items.RemoveAt(index);
        RegisterComponents();
    }

    /// <summary>Takes all parameters out.</summary>
    public void Clear()
    {
        items.Clear();
        RegisterComponents();
    }

    /// <summary>Whether the parameter is in the list.</summary>
    public bool Contains(Parameter item) => items.Contains(item);

    /// <summary>Where the parameter is; -1 if nowhere.</summary>
    public int IndexOf(Parameter item) => items.IndexOf(item);

    /// <summary>Copies the parameters into an array.</summary>
    public void CopyTo(Parameter[] array, int arrayIndex) => items.CopyTo(array, arrayIndex);

    /// <summary>The parameters in order.</summary>
    public IEnumerator<Parameter> GetEnumerator() => items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Registers the parameters under their positions.</summary>
    protected override void RegisterComponents()
    {
        ClearParameters();
        for (var i = 0; i < items.Count; i++)
            register_parameter(i.ToString(CultureInfo.InvariantCulture), items[i]);
    }
}
