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

/// <summary>The most allowed texts wait already, so that a request was refused.</summary>
/// <param name="most">How many may wait.</param>
public sealed class PredictorBusyException(int most) : Exception($"{most} texts wait already; send the request again later.");

/// <summary>The most allowed texts are being generated already, so that a request was refused.</summary>
/// <param name="most">How many may be generated at the same time.</param>
public sealed class GenerationsBusyException(int most) : Exception(
    $"{most} texts are being generated already; send the request again later.");

/// <summary>An adapter's model does not support an operation.</summary>
/// <param name="adapter">The adapter.</param>
/// <param name="problem">What it does not do: <c>generates no texts</c>.</param>
public sealed class AdapterOperationException(ServedAdapter adapter, string problem) : Exception(
    $"the adapter '{adapter.Name}' (task {adapter.Task} on {Path.GetFileName(adapter.Backbone)}) {problem}; it "
        + (adapter.Generates ? "generates texts."
            : adapter.Embeds ? "predicts answers, and gives vectors of texts." : "predicts answers."));

/// <summary>An option of a generation is out of range.</summary>
/// <param name="option">The option's name, as the property of <see cref="GenerateOptions"/> has it.</param>
/// <param name="problem">What was expected and what was found.</param>
public sealed class GenerateOptionException(string option, string problem) : Exception($"{option}: {problem}.")
{
    /// <summary>The option's name.</summary>
    public string Option { get; } = option;
}
