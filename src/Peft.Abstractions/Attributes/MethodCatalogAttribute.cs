namespace Peft;

/// <summary>Names a method that an assembly holds. The generator writes one for each; a registry reads them.</summary>
/// <param name="method">The method's class, which implements <see cref="IMethod{TSelf}"/>.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class MethodCatalogAttribute(Type method) : Attribute
{
    /// <summary>The method's class.</summary>
    public Type Method { get; } = method;
}
