namespace Peft;

/// <summary>A method that describes itself without an instance. The generator implements it on every annotated class.</summary>
/// <typeparam name="TSelf">The method's class.</typeparam>
public interface IMethod<TSelf>
    where TSelf : AdaptationMethod, IMethod<TSelf>
{
    /// <summary>Name, options, default sites and factory.</summary>
    static abstract MethodDescriptor Descriptor { get; }
}
