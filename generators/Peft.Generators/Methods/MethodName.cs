using System.Text.RegularExpressions;

namespace Peft.Generators.Methods;

/// <summary>What methods, parts and groups may be called.</summary>
internal static class MethodName
{
    private static readonly Regex s_name = new("^[a-z][a-z0-9-]*\\z", RegexOptions.CultureInvariant);

    public static bool IsWellFormed(string name) => s_name.IsMatch(name);

    public static void Check(string name, LocationInfo location, List<DiagnosticInfo> diagnostics)
    {
        if (!IsWellFormed(name))
            diagnostics.Add(new DiagnosticInfo(DiagnosticDescriptors.BadMethodName, location, name));
        else if (name == Contract.Mixture)
            diagnostics.Add(new DiagnosticInfo(DiagnosticDescriptors.ReservedMethodName, location, name));
    }
}
