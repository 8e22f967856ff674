using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Peft.Generators.Methods;

/// <summary>Reads the [Part]s of a composite.</summary>
internal sealed class PartParser(INamedTypeSymbol type, TypeDeclarationSyntax syntax, Findings findings)
{
    /// <summary>Each part as the arguments of a PartDescriptor.</summary>
    public List<string> Read()
    {
        var parts = new List<string>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, attribute) in PartsOf(type))
        {
            MethodName.Check(name, attribute, findings);
            if (!names.Add(name))
                findings.Add(DiagnosticDescriptors.PartTwice, attribute.LocationOf(0), name, type.Name);
            parts.Add($"new({Literals.Format(name)}, {Options(attribute, name)})");
        }

        if (parts.Count == 0)
            findings.Add(DiagnosticDescriptors.NoPart, syntax.Identifier.GetLocation(), type.Name);
        return parts;
    }

    /// <summary>The names of a class's parts.</summary>
    public static List<string> NamesOf(INamedTypeSymbol type)
    {
        var names = new List<string>();
        foreach (var (name, _) in PartsOf(type))
            names.Add(name);
        return names;
    }

    private static IEnumerable<(string Name, AttributeData Attribute)> PartsOf(INamedTypeSymbol type)
    {
        foreach (var attribute in type.GetAttributes())
        {
            if (attribute.AttributeClass is { } known && Contract.Is(known, Contract.Part) && attribute.Text(0) is { } name)
                yield return (name, attribute);
        }
    }

    private string Options(AttributeData attribute, string part)
    {
        var texts = new List<string>();
        if (attribute.Argument(1) is { Kind: TypedConstantKind.Array, IsNull: false } array)
        {
            for (var i = 0; i < array.Values.Length; i++)
            {
                if (array.Values[i].Value is not string text)
                    continue;
                if (text.IndexOf('=') < 1)
                    findings.Add(DiagnosticDescriptors.BadPartOption, attribute.LocationOf(i + 1), text, part);
                texts.Add(Literals.Format(text));
            }
        }

        return texts.Count == 0 ? "global::System.Array.Empty<string>()" : $"new string[] {{ {string.Join(", ", texts)} }}";
    }
}
