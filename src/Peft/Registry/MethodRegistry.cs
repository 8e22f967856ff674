using System.Collections.Immutable;
using System.Reflection;

namespace Peft;

/// <summary>The methods that can be named, from this program and from assemblies given to it.</summary>
/// <remarks>Readers see one state or the next, never a mixture, so methods may come and go while others are looked up.</remarks>
public sealed class MethodRegistry
{
    private readonly Lock _changing = new();
    private volatile ImmutableSortedDictionary<string, Entry> _methods = ImmutableSortedDictionary.Create<string, Entry>(StringComparer.Ordinal);

    /// <summary>All methods, by name.</summary>
    public IReadOnlyCollection<MethodDescriptor> Methods => [.. _methods.Values.Select(entry => entry.Method)];

    /// <summary>Adds one method.</summary>
    /// <typeparam name="T">The method's class.</typeparam>
    /// <returns>This registry.</returns>
    /// <exception cref="DuplicateMethodException">The name is taken.</exception>
    public MethodRegistry Add<T>()
        where T : AdaptationMethod, IMethod<T> => Add(T.Descriptor, typeof(T).Assembly);

    /// <summary>Adds every method of an assembly's catalog.</summary>
    /// <param name="assembly">An assembly built with the generator.</param>
    /// <returns>This registry.</returns>
    /// <exception cref="DuplicateMethodException">A name is taken.</exception>
    /// <exception cref="MethodCatalogException">The catalog names a class that does not describe itself.</exception>
    public MethodRegistry AddFrom(Assembly assembly)
    {
        foreach (var method in MethodCatalog.Read(assembly))
            Add(method, assembly);
        return this;
    }

    /// <summary>Adds a method that was described already.</summary>
    /// <param name="method">The method.</param>
    /// <param name="origin">The assembly it comes from.</param>
    /// <returns>This registry.</returns>
    /// <exception cref="DuplicateMethodException">The name is taken.</exception>
    public MethodRegistry Add(MethodDescriptor method, Assembly origin)
    {
        lock (_changing)
        {
            if (_methods.ContainsKey(method.Name))
                throw new DuplicateMethodException(method.Name);
            _methods = _methods.Add(method.Name, new Entry(method, origin));
        }

        return this;
    }

    /// <summary>Takes a method out; models that it is attached to keep it.</summary>
    /// <param name="name">The name users write.</param>
    /// <returns>Whether there was one.</returns>
    public bool Remove(string name)
    {
        lock (_changing)
        {
            var before = _methods;
            _methods = before.Remove(name);
            return _methods.Count < before.Count;
        }
    }

    /// <summary>Gives options of a method other defaults than its author did.</summary>
    /// <param name="name">The method.</param>
    /// <param name="defaults">Values by option, as users write them; <c>sites</c> sets the default sites.</param>
    /// <returns>This registry.</returns>
    /// <exception cref="UnknownNameException">There is no such method.</exception>
    /// <exception cref="MethodOptionException">An option is unknown or its value not allowed; nothing is changed.</exception>
    public MethodRegistry SetDefaults(string name, IReadOnlyDictionary<string, string> defaults)
    {
        var settings = defaults.ToDictionary(pair => $"{name}.{pair.Key}", pair => pair.Value);
        lock (_changing)
        {
            var spec = MethodExpression.Parse(this, name, settings);
            if (spec.Parts is not [var part])
                return this; // a composite, and nothing was said
            var options = part.Method.Options.Select(option => option with { Default = part.Options.All[option.Name] });
            var method = part.Method with { Options = [.. options], DefaultSites = part.Where.Sites };
            _methods = _methods.SetItem(method.Name, _methods[method.Name] with { Method = method });
        }

        return this;
    }

    /// <summary>Finds a method by name.</summary>
    /// <param name="name">The name users write.</param>
    /// <returns>The method.</returns>
    /// <exception cref="UnknownNameException">There is none; the message names the nearest.</exception>
    public MethodDescriptor Find(string name) => EntryOf(name).Method;

    /// <summary>The assembly that a method comes from.</summary>
    /// <param name="name">The name users write.</param>
    /// <returns>The assembly.</returns>
    /// <exception cref="UnknownNameException">There is no such method.</exception>
    public Assembly OriginOf(string name) => EntryOf(name).Origin;

    private Entry EntryOf(string name)
    {
        var methods = _methods;
        return methods.TryGetValue(name, out var entry) ? entry : throw new UnknownNameException("method", name, [.. methods.Keys]);
    }

    private sealed record Entry(MethodDescriptor Method, Assembly Origin);
}

/// <summary>Two methods have one name.</summary>
/// <param name="name">The name.</param>
public sealed class DuplicateMethodException(string name) : Exception($"two methods are named '{name}'; rename one in its [PeftMethod] attribute.");
