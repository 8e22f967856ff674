using System.Reflection;

namespace Peft;

/// <summary>The methods that can be named, from this program and from assemblies given to it.</summary>
public sealed class MethodRegistry
{
    private readonly SortedDictionary<string, MethodDescriptor> _methods = new(StringComparer.Ordinal);

    /// <summary>All methods, by name.</summary>
    public IReadOnlyCollection<MethodDescriptor> Methods => _methods.Values;

    /// <summary>Adds one method.</summary>
    /// <typeparam name="T">The method's class.</typeparam>
    /// <returns>This registry.</returns>
    /// <exception cref="DuplicateMethodException">The name is taken.</exception>
    public MethodRegistry Add<T>()
        where T : AdaptationMethod, IMethod<T> => Add(T.Descriptor);

    /// <summary>Adds every method of an assembly's catalog.</summary>
    /// <param name="assembly">An assembly built with the generator.</param>
    /// <returns>This registry.</returns>
    /// <exception cref="DuplicateMethodException">A name is taken.</exception>
    public MethodRegistry AddFrom(Assembly assembly)
    {
        foreach (var entry in assembly.GetCustomAttributes<MethodCatalogAttribute>())
            Add(DescriptorOf(entry.Method));
        return this;
    }

    /// <summary>Finds a method by name.</summary>
    /// <param name="name">The name users write.</param>
    /// <returns>The method.</returns>
    /// <exception cref="UnknownNameException">There is none; the message names the nearest.</exception>
    public MethodDescriptor Find(string name) =>
        _methods.TryGetValue(name, out var method) ? method : throw new UnknownNameException("method", name, _methods.Keys);

    private static MethodDescriptor DescriptorOf(Type method) =>
        (MethodDescriptor)method.GetProperty(nameof(IMethod<>.Descriptor), BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;

    private MethodRegistry Add(MethodDescriptor method)
    {
        if (!_methods.TryAdd(method.Name, method))
            throw new DuplicateMethodException(method.Name);
        return this;
    }
}

/// <summary>Two methods have one name.</summary>
/// <param name="name">The name.</param>
public sealed class DuplicateMethodException(string name) : Exception($"two methods are named '{name}'; rename one in its [PeftMethod] attribute.");
