using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Peft.Generators.Methods;

/// <summary>Finds names that several classes claim.</summary>
internal static class DuplicateNames
{
    /// <summary>One diagnostic for every claim but the first, in the order of files and positions.</summary>
    public static List<Diagnostic> Find(ImmutableArray<NameClaim> claims)
    {
        var first = new Dictionary<string, NameClaim>(StringComparer.Ordinal);
        var duplicates = new List<Diagnostic>();
        foreach (var claim in claims.Sort(Compare))
        {
            if (!first.TryGetValue(claim.Name, out var owner))
                first.Add(claim.Name, claim);
            else if (claim.Name.Length > 0)
                duplicates.Add(Rule.Broken(DiagnosticDescriptors.DuplicateMethodName, claim.Location, claim.Name, owner.Class));
        }

        return duplicates;
    }

    private static int Compare(NameClaim a, NameClaim b)
    {
        var byPath = string.CompareOrdinal(a.Location.SourceTree?.FilePath, b.Location.SourceTree?.FilePath);
        return byPath != 0 ? byPath : a.Location.SourceSpan.CompareTo(b.Location.SourceSpan);
    }
}
