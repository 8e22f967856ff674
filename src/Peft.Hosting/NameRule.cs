using System.Text.RegularExpressions;

namespace Peft.Hosting;

/// <summary>Which names jobs and adapters can have. A name is part of a path or an address, and cannot lead out of either.</summary>
internal static partial class NameRule
{
    /// <summary>What is expected, for messages.</summary>
    public const string Expected = "1 to 100 letters, digits, '.', '-' and '_', of which the first is a letter or a digit";

    /// <summary>Whether a name is allowed.</summary>
    public static bool Allows(string name) => Names().IsMatch(name);

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z")]
    private static partial Regex Names();
}
