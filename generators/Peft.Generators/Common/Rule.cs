using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;

namespace Peft.Generators;

/// <summary>Makes diagnostics whose arguments a code fix can read.</summary>
internal static class Rule
{
    /// <summary>A diagnostic with the arguments of its message as properties named "0", "1" and so on.</summary>
    public static Diagnostic Broken(DiagnosticDescriptor rule, Location where, params string[] arguments)
    {
        var properties = ImmutableDictionary.CreateBuilder<string, string?>();
        for (var i = 0; i < arguments.Length; i++)
            properties.Add(i.ToString(CultureInfo.InvariantCulture), arguments[i]);
        return Diagnostic.Create(rule, where, properties.ToImmutable(), [.. arguments]);
    }
}
