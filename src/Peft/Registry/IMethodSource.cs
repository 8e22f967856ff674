namespace Peft;

/// <summary>Brings methods to a registry when a program starts.</summary>
/// <remarks>
/// Called once, on the thread that first asks for the registry. What cannot be brought is the source's own affair (a broken plugin is
/// reported and left out); an exception means that the program cannot go on.
/// </remarks>
public interface IMethodSource
{
    /// <summary>Adds this source's methods.</summary>
    /// <param name="registry">Where to add them.</param>
    void AddTo(MethodRegistry registry);
}
