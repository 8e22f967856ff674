namespace Peft;

/// <summary>One or several methods with their options and sites, plain or mixed: a complete description of an adapter.</summary>
/// <param name="Name">The methods as users write them: <c>lora</c>, <c>unipelt</c>, <c>prefix+lora</c>.</param>
/// <param name="Parts">The methods, in the order in which they act where they meet.</param>
/// <param name="Mixture">The mixture's settings (AdaMix), or null if plain.</param>
public sealed record AdapterSpec(string Name, IReadOnlyList<MethodPart> Parts, MixtureOptions? Mixture = null)
{
    /// <summary>The specification as users write it: <c>lora</c>, <c>adamix(lora)</c>.</summary>
    public string Expression => Mixture is null ? Name : $"{MixtureOptions.Name}({Name})";

    /// <summary>Whether a new adapter leaves the backbone's outputs unchanged.</summary>
    public bool IdentityAtInit => Parts.All(part => part.Method.IdentityAtInit);

    /// <summary>
    /// Whether every method can be merged into the backbone's weights, at least with some options; see <see cref="Adapter.IsMergeable"/>.
    /// </summary>
    public bool IsMergeable => Parts.All(part => part.Method.Mergeable);

    /// <summary>
    /// Whether the specification trains parameters of the backbone itself. Only the last layer is checked, because every such method trains
    /// it.
    /// </summary>
    public bool TrainsBackbone => Parts.Any(part =>
        part.Method.Kind == SiteKind.Parameters
            && ((UnfreezingMethod)part.Method.Create(part.Options)).Asks(new BackboneParameter("", 0, 1)));

    /// <summary>The groups of trainables that a mixture routes: each pass picks one of their experts. None for a plain method.</summary>
    public IReadOnlyList<string> RoutedGroups => Mixture is null ? [] : [.. Groups.Except(SharedGroups)];

    /// <summary>The groups of trainables that all experts of a mixture share. None for a plain method.</summary>
    public IReadOnlyList<string> SharedGroups => Mixture is { } mixture ? [.. Groups.Where(group => mixture.ExpertsOf(group) == 1)] : [];

    /// <summary>Notices for the user: the mixture shares no weights, although the options name groups to share.</summary>
    public IReadOnlyList<string> Notices => Mixture is { Shared.Count: > 0 } mixture && SharedGroups.Count == 0 && Groups.Any()
        ?
        [
            $"{Expression} shares no weights between experts: adamix.share is '{string.Join('+', mixture.Shared)}' and the groups of "
                + $"{Name} are "
            + $"{string.Join(", ", Groups)}; name one of them, or give adamix.share=none",
        ]
        : [];

    private IEnumerable<string> Groups => Parts.SelectMany(part => part.Method.Groups).Distinct();

    /// <summary>Creates the specification of a method. Options that are not given have their defaults.</summary>
    /// <typeparam name="T">The method's class.</typeparam>
    /// <param name="mixture">The mixture's settings, or null.</param>
    /// <param name="options">Options by name.</param>
    /// <returns>The specification.</returns>
    /// <exception cref="MethodOptionException">An option is unknown or its value not allowed.</exception>
    public static AdapterSpec For<T>(MixtureOptions? mixture = null, params (string Name, object Value)[] options)
        where T : AdaptationMethod, IMethod<T>
    {
        var method = T.Descriptor;
        var values = method.Complete(options.ToDictionary(pair => pair.Name, pair => pair.Value));
        return new AdapterSpec(method.Name, [new MethodPart(method, values, new ModuleSelection { Sites = method.DefaultSites })], mixture);
    }
}

/// <summary>A method of a specification.</summary>
/// <param name="Method">The method.</param>
/// <param name="Options">A value for every option.</param>
/// <param name="Where">Where it acts.</param>
public sealed record MethodPart(MethodDescriptor Method, OptionValues Options, ModuleSelection Where)
{
    /// <summary>Options that differ for some modules. The first pattern that matches a module applies.</summary>
    public IReadOnlyList<OptionOverride> Overrides { get; init; } = [];

    /// <summary>Resolves the options of a module.</summary>
    /// <param name="path">The module's name in checkpoints.</param>
    /// <returns>A value for every option.</returns>
    internal OptionValues OptionsAt(string path)
    {
        var given = new Dictionary<string, object>();
        var isInLayer = SiteAddress.LayerOf(path) >= 0;
        foreach (var change in Overrides.Where(
            change => change.Modules.Matches(path) || (isInLayer && change.Modules.Text == ModulePattern.AllLinear)))
            given.TryAdd(change.Option, change.Value);
        return given.Count == 0
            ? Options : Method.Complete(Options.All.ToDictionary(pair => pair.Key, pair => given.GetValueOrDefault(pair.Key, pair.Value)));
    }
}

/// <summary>A value of an option for some modules: <c>lora.rank@query=4</c>.</summary>
/// <param name="Option">The option's name.</param>
/// <param name="Modules">The modules.</param>
/// <param name="Value">The value, of the option's type.</param>
public sealed record OptionOverride(string Option, ModulePattern Modules, object Value);
