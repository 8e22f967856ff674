namespace Peft;

/// <summary>Describes a method without attaching it. The generator writes one for each method.</summary>
public sealed record MethodDescriptor
{
    /// <summary>The name users write.</summary>
    public required string Name { get; init; }

    /// <summary>What the formula operates on.</summary>
    public required SiteKind Kind { get; init; }

    /// <summary>The parts of a composite, in order; empty for all other methods.</summary>
    public IReadOnlyList<PartDescriptor> Parts { get; init; } = [];

    /// <summary>The default sites.</summary>
    public required IReadOnlyList<Site> DefaultSites { get; init; }

    /// <summary>The options, in the order of declaration.</summary>
    public required IReadOnlyList<OptionDescriptor> Options { get; init; }

    /// <summary>The trainables' names, declared shapes and groups, in the order of declaration.</summary>
    public required IReadOnlyList<TrainableDeclaration> Trainables { get; init; }

    /// <summary>Creates an instance for one site; for a composite, an instance without effect.</summary>
    public required Func<OptionValues, AdaptationMethod> Create { get; init; }

    /// <summary>A one-line description: the first sentence of the class's summary, or empty.</summary>
    public string Summary { get; init; } = "";

    /// <summary>The link to the publication, or null.</summary>
    public string? Paper { get; init; }

    /// <summary>Whether a new instance leaves outputs unchanged.</summary>
    public bool IdentityAtInit { get; init; }

    /// <summary>Whether the method can be merged into a weight.</summary>
    public bool Mergeable { get; init; }

    /// <summary>The routing groups, in the order of declaration.</summary>
    public IReadOnlyList<string> Groups => [.. Trainables.Select(trainable => trainable.Group).Distinct()];

    /// <summary>Checks the given values and adds the defaults.</summary>
    /// <param name="given">Values by option name, either of the options' own types or as text.</param>
    /// <returns>A value for every option.</returns>
    /// <exception cref="MethodOptionException">A name is unknown, a type is wrong, or a value is out of range.</exception>
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
