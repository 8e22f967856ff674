using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;

namespace Peft.Generators;

/// <summary>A diagnostic to be: equatable, and free of syntax trees.</summary>
internal sealed record DiagnosticInfo(DiagnosticDescriptor Descriptor, LocationInfo Location, EquatableArray<string> Arguments)
{
    public DiagnosticInfo(DiagnosticDescriptor descriptor, LocationInfo location, params string[] arguments)
        : this(descriptor, location, new EquatableArray<string>(arguments))
    {
    }

    /// <summary>
    /// The diagnostic; the message's arguments are its properties too ("0", "1"), since code fixes cannot see those of a message.
    /// </summary>
    public Diagnostic ToDiagnostic()
    {
        var arguments = new object[Arguments.Count];
        var properties = ImmutableDictionary.CreateBuilder<string, string?>();
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = Arguments[i];
            properties.Add(i.ToString(CultureInfo.InvariantCulture), Arguments[i]);
        }

        return Diagnostic.Create(Descriptor, Location.ToLocation(), properties.ToImmutable(), arguments);
    }
}
