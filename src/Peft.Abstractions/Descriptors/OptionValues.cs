namespace Peft;

/// <summary>Checked values for every option of a method.</summary>
public sealed class OptionValues
{
    private readonly Dictionary<string, object> _values;

    internal OptionValues(Dictionary<string, object> values) => _values = values;

    /// <summary>Every option's name and value.</summary>
    public IReadOnlyDictionary<string, object> All => _values;

    /// <summary>The value of an option.</summary>
    /// <typeparam name="T">The option's type.</typeparam>
    /// <param name="name">The option's name.</param>
    /// <returns>The value.</returns>
    /// <exception cref="KeyNotFoundException">The method has no such option.</exception>
    public T Get<T>(string name) => (T)_values[name];
}
