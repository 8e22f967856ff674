using Microsoft.CodeAnalysis;

namespace Peft.Generators.Methods;

/// <summary>A method's claim to its name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Class">The class.</param>
/// <param name="Location">Where the name is written.</param>
/// <param name="Parts">Names of what a composite is made of.</param>
internal sealed record NameClaim(string Name, string Class, Location Location, List<string> Parts)
{
    public static NameClaim Read(INamedTypeSymbol type, AttributeData attribute) =>
        new(attribute.Text(0) ?? "", type.ToDisplayString(), attribute.LocationOf(0), PartParser.NamesOf(type));
}
