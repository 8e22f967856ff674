namespace Peft;

/// <summary>Adds methods to a registry when a program starts.</summary>
/// <remarks>
/// Called once, on the thread that first resolves the registry. A source handles its own recoverable errors (a broken plugin is reported
/// and skipped); an exception means that the program cannot continue.
/// </remarks>
public interface IMethodSource
{
    /// <summary>Adds this source's methods.</summary>
    /// <param name="registry">The registry to add them to.</param>
    void AddTo(MethodRegistry registry);
}
