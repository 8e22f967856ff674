using System.Text.RegularExpressions;

namespace Peft.Generators.Methods;

/// <summary>How names are written that users write in expressions and settings.</summary>
internal static class NameRule
{
    private static readonly Regex s_name = new("^[a-z][a-z0-9-]*\\z", RegexOptions.CultureInvariant);

    public static bool IsWellFormed(string name) => s_name.IsMatch(name);
}
