using Microsoft.CodeAnalysis;

namespace Peft.Generators;

/// <summary>A diagnostic to be: equatable, and free of syntax trees.</summary>
internal sealed record DiagnosticInfo(DiagnosticDescriptor Descriptor, LocationInfo Location, EquatableArray<string> Arguments)
{
    public DiagnosticInfo(DiagnosticDescriptor descriptor, LocationInfo location, params string[] arguments)
        : this(descriptor, location, new EquatableArray<string>(arguments))
    {
    }

    public Diagnostic ToDiagnostic()
    {
        var arguments = new object[Arguments.Count];
        for (var i = 0; i < arguments.Length; i++)
            arguments[i] = Arguments[i];
        return Diagnostic.Create(Descriptor, Location.ToLocation(), arguments);
    }
}
