namespace Peft.Training;

/// <summary>What a run trains: the whole model, the head alone, or the head and an adapter.</summary>
/// <param name="Name">The method as the user wrote it.</param>
/// <param name="Adapter">The adapter, or null for the two baselines.</param>
public sealed record TuningMethod(string Name, AdapterSpec? Adapter)
{
    /// <summary>Full fine-tuning.</summary>
    public const string Full = "full";

    /// <summary>The frozen backbone with a trained head.</summary>
    public const string HeadOnly = "head-only";

    /// <summary>Reads a method as users write it.</summary>
    /// <param name="registry">The known methods.</param>
    /// <param name="options">The run's settings.</param>
    /// <returns>The method.</returns>
    /// <exception cref="UnknownNameException">There is no such method.</exception>
    /// <exception cref="MethodOptionException">A setting is unknown or its value not allowed.</exception>
    public static TuningMethod Parse(MethodRegistry registry, TrainingOptions options)
    {
        var name = options.Method.Trim().ToLowerInvariant();
        return name is Full or HeadOnly ? new TuningMethod(name, null) : new TuningMethod(name, Resolve(registry, name, options.Settings));
    }

    private static AdapterSpec Resolve(MethodRegistry registry, string name, IReadOnlyDictionary<string, string> settings)
    {
        if (!name.StartsWith(MixtureOptions.Name + "(", StringComparison.Ordinal) && registry.Methods.All(method => method.Name != name))
            throw new UnknownNameException("method", name, [Full, HeadOnly, .. registry.Methods.Select(method => method.Name), $"{MixtureOptions.Name}(...)"]);
        return MethodExpression.Parse(registry, name, settings);
    }
}
