namespace Peft;

/// <summary>Names a method of an assembly. The generator writes one attribute for each method, and registries read them.</summary>
/// <param name="method">The method's class, which implements <see cref="IMethod{TSelf}"/>.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class MethodCatalogAttribute(Type method) : Attribute
{
    /// <summary>The method's class.</summary>
    public Type Method { get; } = method;
}
