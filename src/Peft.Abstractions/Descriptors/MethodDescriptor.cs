namespace Peft;

/// <summary>All that is known of a method without attaching it. The generator writes one for each method.</summary>
public sealed record MethodDescriptor
{
    /// <summary>The name users write.</summary>
    public required string Name { get; init; }

    /// <summary>What the formula sees.</summary>
    public required SiteKind Kind { get; init; }

    /// <summary>What a composite is made of, in order; empty for all others.</summary>
    public IReadOnlyList<PartDescriptor> Parts { get; init; } = [];

    /// <summary>Where the method acts by default.</summary>
    public required IReadOnlyList<Site> DefaultSites { get; init; }

    /// <summary>The options, in the order of declaration.</summary>
    public required IReadOnlyList<OptionDescriptor> Options { get; init; }

    /// <summary>The trainables' names, declared shapes and groups, in the order of declaration.</summary>
    public required IReadOnlyList<TrainableDeclaration> Trainables { get; init; }

    /// <summary>Makes an instance for one site; for a composite, an instance that does nothing.</summary>
    public required Func<OptionValues, AdaptationMethod> Create { get; init; }

    /// <summary>One line: the first sentence of the class's summary, or empty.</summary>
    public string Summary { get; init; } = "";

    /// <summary>Where the method was published, or null.</summary>
    public string? Paper { get; init; }

    /// <summary>Whether a fresh instance leaves outputs as they were.</summary>
    public bool IdentityAtInit { get; init; }

    /// <summary>Whether the method can be folded into a weight.</summary>
    public bool Mergeable { get; init; }

    /// <summary>The routing groups, in the order of declaration.</summary>
    public IReadOnlyList<string> Groups => [.. Trainables.Select(trainable => trainable.Group).Distinct()];

    /// <summary>Completes given values with the defaults, having checked each.</summary>
    /// <param name="given">Values by option name, of the options' own types or texts to be read.</param>
    /// <returns>A value for every option.</returns>
    /// <exception cref="MethodOptionException">An unknown name, a wrong type or a value out of range.</exception>
    public OptionValues Complete(IReadOnlyDictionary<string, object> given)
    {
        var values = Options.ToDictionary(option => option.Name, option => option.Default);
        foreach (var (name, value) in given)
        {
            var option = Options.FirstOrDefault(candidate => candidate.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                ?? throw new MethodOptionException(
                    Name, name, $"there is no such option; it has {string.Join(", ", Options.Select(known => known.Name))}");
            values[option.Name] = value is string text && option.Type != typeof(string)
                ? option.Parse(Name, text) : option.Check(Name, value);
        }

        return new OptionValues(values);
    }
}

/// <summary>A trainable as declared.</summary>
/// <param name="Name">The property's name.</param>
/// <param name="Shape">The declared shape, sizes by name.</param>
/// <param name="Group">Its group.</param>
public sealed record TrainableDeclaration(string Name, string Shape, string Group);

/// <summary>A part of a composite.</summary>
/// <param name="Method">The part's name.</param>
/// <param name="Options">Defaults for its options, each <c>option=value</c>.</param>
public sealed record PartDescriptor(string Method, IReadOnlyList<string> Options);
