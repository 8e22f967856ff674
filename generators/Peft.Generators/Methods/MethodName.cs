namespace Peft.Generators.Methods;

/// <summary>What methods, parts and groups may be called.</summary>
internal static class MethodName
{
    public static void Check(string name, LocationInfo location, List<DiagnosticInfo> diagnostics)
    {
        if (!NameRule.IsWellFormed(name))
            diagnostics.Add(new DiagnosticInfo(DiagnosticDescriptors.BadMethodName, location, name));
        else if (name == Contract.Mixture)
            diagnostics.Add(new DiagnosticInfo(DiagnosticDescriptors.ReservedMethodName, location, name));
    }
}
