namespace Peft;

/// <summary>A method does not have an option, or does not allow its value.</summary>
/// <param name="method">The method's name.</param>
/// <param name="option">The option's name.</param>
/// <param name="problem">What was given and what was expected.</param>
public sealed class MethodOptionException(string method, string option, string problem)
    : Exception($"option {method}.{option}: {problem}; `peft methods {method}` lists its options.")
{
    /// <summary>The method's name.</summary>
    public string Method { get; } = method;

    /// <summary>The option's name.</summary>
    public string Option { get; } = option;
}
