namespace Peft;

/// <summary>A method with its options and sites, plain or mixed: all that is needed to attach it.</summary>
/// <param name="Method">The method.</param>
/// <param name="Options">A value for every option.</param>
/// <param name="Sites">Where it acts.</param>
/// <param name="Mixture">How it is mixed (AdaMix), or null when plain.</param>
public sealed record AdapterSpec(MethodDescriptor Method, OptionValues Options, IReadOnlyList<Site> Sites, MixtureOptions? Mixture = null)
{
    /// <summary>The method as users write it: <c>lora</c>, <c>adamix(lora)</c>.</summary>
    public string Expression => Mixture is null ? Method.Name : $"{MixtureOptions.Name}({Method.Name})";

    /// <summary>A method with some options set and the rest at their defaults.</summary>
    /// <typeparam name="T">The method's class.</typeparam>
    /// <param name="mixture">How to mix it, or null.</param>
    /// <param name="options">Options by name.</param>
    /// <returns>The specification.</returns>
    /// <exception cref="MethodOptionException">An option is unknown or its value not allowed.</exception>
    public static AdapterSpec Of<T>(MixtureOptions? mixture = null, params (string Name, object Value)[] options)
        where T : AdaptationMethod, IMethod<T> =>
        new(T.Descriptor, T.Descriptor.Complete(options.ToDictionary(pair => pair.Name, pair => pair.Value)), T.Descriptor.DefaultSites, mixture);
}
