namespace Peft;

/// <summary>One or several methods with their options and places, plain or mixed: all that is needed to attach them.</summary>
/// <param name="Name">The methods as users write them: <c>lora</c>, <c>unipelt</c>, <c>prefix+lora</c>.</param>
/// <param name="Parts">The methods, in the order in which they act where they meet.</param>
/// <param name="Mixture">How they are mixed (AdaMix), or null when plain.</param>
public sealed record AdapterSpec(string Name, IReadOnlyList<MethodPart> Parts, MixtureOptions? Mixture = null)
{
    /// <summary>The specification as users write it: <c>lora</c>, <c>adamix(lora)</c>.</summary>
    public string Expression => Mixture is null ? Name : $"{MixtureOptions.Name}({Name})";

    /// <summary>Whether a fresh adapter leaves the backbone's outputs as they were.</summary>
    public bool IdentityAtInit => Parts.All(part => part.Method.IdentityAtInit);

    /// <summary>
    /// Whether every method can be folded into the backbone's weights, with some options at least; see <see cref="Adapter.IsMergeable"/>.
    /// </summary>
    public bool IsMergeable => Parts.All(part => part.Method.Mergeable);

    /// <summary>Whether parameters of the backbone itself are trained; asked of the last layer, which every such method trains.</summary>
    public bool TrainsBackbone => Parts.Any(part =>
        part.Method.Kind == SiteKind.Parameters
            && ((UnfreezingMethod)part.Method.Create(part.Options)).Asks(new BackboneParameter("", 0, 1)));

    /// <summary>A method with some options set and the rest at their defaults.</summary>
    /// <typeparam name="T">The method's class.</typeparam>
    /// <param name="mixture">How to mix it, or null.</param>
    /// <param name="options">Options by name.</param>
    /// <returns>The specification.</returns>
    /// <exception cref="MethodOptionException">An option is unknown or its value not allowed.</exception>
    public static AdapterSpec Of<T>(MixtureOptions? mixture = null, params (string Name, object Value)[] options)
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
    /// <summary>Options of some modules that differ: the first pattern that a module matches decides.</summary>
    public IReadOnlyList<OptionOverride> Overrides { get; init; } = [];

    /// <summary>The options at a module.</summary>
    /// <param name="path">The module's name in checkpoints.</param>
    /// <returns>A value for every option.</returns>
    internal OptionValues OptionsAt(string path)
    {
        var given = new Dictionary<string, object>();
        foreach (var change in Overrides.Where(change => change.Modules.Matches(path) || change.Modules.Text == ModulePattern.AllLinear))
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
