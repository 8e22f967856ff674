using System.Reflection;
using System.Runtime.ExceptionServices;

namespace Peft;

/// <summary>Reads the methods in an assembly's catalog.</summary>
public static class MethodCatalog
{
    /// <summary>Describes every method in an assembly's catalog. The first call runs the static constructors of their classes.</summary>
    /// <param name="assembly">An assembly built with the generator.</param>
    /// <returns>The methods, in the catalog's order.</returns>
    /// <exception cref="MethodCatalogException">The catalog names a class that has no description of itself.</exception>
    public static IReadOnlyList<MethodDescriptor> Read(Assembly assembly) =>
        [.. assembly.GetCustomAttributes<MethodCatalogAttribute>().Select(entry => DescriptorOf(entry.Method))];

    private static MethodDescriptor DescriptorOf(Type method)
    {
        try
        {
            return method.GetProperty(nameof(IMethod<>.Descriptor), BindingFlags.Public | BindingFlags.Static)?.GetValue(
                null) as MethodDescriptor
                ?? throw new MethodCatalogException(method);
        }
        catch (TargetInvocationException problem) when (problem.InnerException is { } cause)
        {
            ExceptionDispatchInfo.Capture(cause).Throw();
            throw;
        }
    }
}

/// <summary>A class is in its assembly's method catalog but has no description of itself.</summary>
/// <param name="method">The class.</param>
public sealed class MethodCatalogException(Type method)
    : Exception(
        $"{method.FullName} of {method.Assembly.GetName().Name} is in the method catalog and has no static Descriptor; "
        + "leave the catalog to the generator: annotate the class with [PeftMethod].");
