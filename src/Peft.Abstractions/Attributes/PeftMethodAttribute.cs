namespace Peft;

/// <summary>Marks a partial class as an adaptation method.</summary>
/// <remarks>
/// You write:
/// <code>
/// [PeftMethod("lora", Paper = "https://arxiv.org/abs/2106.09685", IdentityAtInit = true, Mergeable = true)]
/// [InjectAt(Site.Query, Site.Value)]
/// public sealed partial class Lora : ProjectionMethod
/// {
///     [Option(Min = 1)] public int Rank { get; init; } = 8;
///     [Trainable("Rank, In", Init = Init.KaimingUniform, Group = "down")] private partial Tensor A { get; }
///     ...
/// }
/// </code>
/// You get: the bodies of the trainables (a parameter if plain, the routed or merged expert if mixed), a <see cref="MethodDescriptor"/>
/// with options, shapes, defaults and a factory, and an entry in the assembly's method catalog, from which a registry finds the method by
/// name.
/// </remarks>
/// <param name="name">The name users write: lower case letters, digits and dashes.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class PeftMethodAttribute(string name) : Attribute
{
    /// <summary>The name users write.</summary>
    public string Name { get; } = name;

    /// <summary>The link to the publication.</summary>
    public string? Paper { get; init; }

    /// <summary>Whether a newly attached method leaves every output of the backbone unchanged.</summary>
    public bool IdentityAtInit { get; init; }

    /// <summary>Whether the method can be merged into the weight of its linear map. It must then override <c>Delta</c>.</summary>
    public bool Mergeable { get; init; }
}
