using Microsoft.CodeAnalysis;

namespace Peft.Generators;

/// <summary>A diagnostic of a generator: equatable, and free of syntax trees.</summary>
internal sealed record DiagnosticInfo(DiagnosticDescriptor Descriptor, LocationInfo Location, EquatableArray<string> Arguments)
{
    public DiagnosticInfo(DiagnosticDescriptor descriptor, LocationInfo location, params string[] arguments)
        : this(descriptor, location, new EquatableArray<string>(arguments))
    {
    }

    public Diagnostic ToDiagnostic() => Rule.Broken(Descriptor, Location.ToLocation(), [.. Arguments.ToImmutable()]);
}
