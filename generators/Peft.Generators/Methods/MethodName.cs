using Microsoft.CodeAnalysis;

namespace Peft.Generators.Methods;

/// <summary>What methods, parts and groups may be called.</summary>
internal static class MethodName
{
    public static void Check(string name, AttributeData attribute, Findings findings)
    {
        if (!NameRule.IsWellFormed(name))
            findings.Add(DiagnosticDescriptors.BadMethodName, attribute.LocationOf(0), name);
        else if (name == Contract.Mixture)
            findings.Add(DiagnosticDescriptors.ReservedMethodName, attribute.LocationOf(0), name);
    }
}
