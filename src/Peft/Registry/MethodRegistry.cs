using System.Collections.Immutable;
using System.Reflection;

namespace Peft;

/// <summary>The available methods by name, from this program and from assemblies added to it.</summary>
/// <remarks>Updates are atomic for readers, so methods can be added and removed while others are looked up.</remarks>
public sealed class MethodRegistry
{
    private readonly Lock _changing = new();
    private readonly Dictionary<string, Dictionary<string, string>> _defaults = new(StringComparer.Ordinal);
    private volatile ImmutableSortedDictionary<string, Entry> _methods = ImmutableSortedDictionary.Create<string,
        Entry>(StringComparer.Ordinal);

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

    /// <summary>Adds a method that is already described, with the defaults that were set for its name earlier.</summary>
    /// <param name="method">The method.</param>
    /// <param name="origin">The assembly it comes from.</param>
    /// <returns>This registry.</returns>
    /// <exception cref="DuplicateMethodException">The name is taken.</exception>
    /// <exception cref="MethodOptionException">The method does not accept a default that was set earlier; it is not added.</exception>
    public MethodRegistry Add(MethodDescriptor method, Assembly origin)
    {
        lock (_changing)
        {
            if (_methods.ContainsKey(method.Name))
                throw new DuplicateMethodException(method.Name);
            _methods = _methods.Add(method.Name, new Entry(WithDefaults(method), origin));
        }

        return this;
    }

    /// <summary>Removes a method. Models that it is attached to keep it.</summary>
    /// <param name="name">The name users write.</param>
    /// <returns>Whether a method was removed.</returns>
    public bool Remove(string name)
    {
        lock (_changing)
        {
            var before = _methods;
            _methods = before.Remove(name);
            return _methods.Count < before.Count;
        }
    }

    /// <summary>A method with the defaults that were set for its name.</summary>
    /// <param name="method">The method; it need not be in the registry.</param>
    /// <returns>The method, its defaults replaced.</returns>
    /// <exception cref="MethodOptionException">The method has no such option, or does not accept the value.</exception>
    public MethodDescriptor WithDefaults(MethodDescriptor method)
    {
        lock (_changing)
            return _defaults.TryGetValue(method.Name, out var defaults) ? With(method, defaults) : method;
    }

    /// <summary>Changes the defaults of a method's options. The change is kept if the method is removed and added again.</summary>
    /// <param name="name">The method.</param>
    /// <param name="defaults">Values by option, as users write them; <c>sites</c> sets the default sites.</param>
    /// <returns>This registry.</returns>
    /// <exception cref="UnknownNameException">The method is unknown.</exception>
    /// <exception cref="MethodOptionException">An option is unknown or its value not allowed; nothing is changed.</exception>
    public MethodRegistry SetDefaults(string name, IReadOnlyDictionary<string, string> defaults)
    {
        lock (_changing)
        {
            var entry = EntryOf(name.Trim().ToLowerInvariant());
            var all = new Dictionary<string,
                string>(_defaults.GetValueOrDefault(entry.Method.Name) ?? [], StringComparer.OrdinalIgnoreCase);
            foreach (var (option, value) in defaults)
                all[option] = value;
            _methods = _methods.SetItem(entry.Method.Name, entry with { Method = With(entry.Method, all) });
            _defaults[entry.Method.Name] = all;
        }

        return this;
    }

    /// <summary>Finds a method by name.</summary>
    /// <param name="name">The name users write.</param>
    /// <returns>The method.</returns>
    /// <exception cref="UnknownNameException">The method is unknown; the message suggests the nearest name.</exception>
    public MethodDescriptor Find(string name) => EntryOf(name).Method;

    /// <summary>The assembly that a method comes from.</summary>
    /// <param name="name">The name users write.</param>
    /// <returns>The assembly.</returns>
    /// <exception cref="UnknownNameException">The method is unknown.</exception>
    public Assembly OriginOf(string name) => EntryOf(name).Origin;

    private static MethodDescriptor With(MethodDescriptor method, IReadOnlyDictionary<string, string> defaults)
    {
        if (MethodExpression.ReadOwn(
            method, defaults.ToDictionary(pair => $"{method.Name}.{pair.Key}", pair => pair.Value)) is not { } part)
            return method; // a composite without settings
        var options = method.Options.Select(option => option with { Default = part.Options.All[option.Name] });
        return method with { Options = [.. options], DefaultSites = part.Where.Sites };
    }

    private Entry EntryOf(string name)
    {
        var methods = _methods;
        return methods.TryGetValue(name, out var entry) ? entry : throw new UnknownNameException("method", name, [.. methods.Keys]);
    }

    private sealed record Entry(MethodDescriptor Method, Assembly Origin);
}

/// <summary>Two methods have the same name.</summary>
/// <param name="name">The name.</param>
public sealed class DuplicateMethodException(string name)
    : Exception($"two methods are named '{name}'; rename one in its [PeftMethod] attribute.");
