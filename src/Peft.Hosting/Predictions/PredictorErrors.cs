namespace Peft.Hosting;

/// <summary>No adapter of the name is loaded.</summary>
/// <param name="name">The name.</param>
/// <param name="known">The loaded adapters.</param>
public sealed class UnknownAdapterException(string name, IReadOnlyCollection<string> known) : Exception(
    $"there is no adapter '{name}'{NearestName.Hint(name, known)} (loaded: {(known.Count > 0 ? string.Join(", ", known) : "none")}).")
{
    /// <summary>The name.</summary>
    public string Name { get; } = name;
}

/// <summary>A name of an adapter is not allowed.</summary>
/// <param name="name">The name.</param>
public sealed class AdapterNameException(string name) : Exception(
    $"'{name}' is no name of an adapter; expected {NameRule.Expected}.");

/// <summary>So many texts wait that no more are taken.</summary>
/// <param name="most">How many may wait.</param>
public sealed class PredictorBusyException(int most) : Exception($"{most} texts wait already; send the request again later.");
