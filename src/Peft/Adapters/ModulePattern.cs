using Peft.Data;
using System.Text.RegularExpressions;

namespace Peft;

/// <summary>
/// Names modules of a backbone as checkpoints do: a whole name or its end (<c>query</c>, <c>attention.output.dense</c>), a regular
/// expression over the whole name (<c>re:.*layer\.[01]\..*</c>), or <c>all-linear</c> for every linear map inside the layers.
/// </summary>
/// <param name="Text">The pattern as written.</param>
public sealed record ModulePattern(string Text)
{
    /// <summary>The prefix of a regular expression.</summary>
    public const string RegexPrefix = "re:";

    /// <summary>The pattern for every linear map inside the layers.</summary>
    public const string AllLinear = "all-linear";

    private readonly Regex? _regex = Compile(Text);

    /// <summary>Whether the pattern matches a module's name.</summary>
    /// <param name="path">The whole name.</param>
    /// <returns>True for a match. A name's end matches only at a dot, so <c>dense</c> does not match <c>condense</c>.</returns>
    /// <exception cref="SiteSelectionException">The pattern needs more than a second.</exception>
    public bool Matches(string path) => _regex is not null
        ? IsMatch(_regex, path)
        : path.EndsWith(Text, StringComparison.Ordinal) && (path.Length == Text.Length || path[^(Text.Length + 1)] == '.');

    internal bool Matches(SiteAddress address) => Text == AllLinear
        ? address.Layer >= 0 && Sites.KindOf(address.Site) == SiteKind.Projection
        : Matches(address.Path);

    private bool IsMatch(Regex regex, string path)
    {
        try
        {
            return regex.IsMatch(path);
        }
        catch (RegexMatchTimeoutException)
        {
            throw new SiteSelectionException($"'{Text}' takes more than a second on the name {path}; write it without nested repetitions");
        }
    }

    private static Regex? Compile(string text)
    {
        if (!text.StartsWith(RegexPrefix, StringComparison.Ordinal))
            return null;
        try
        {
            return Create(text, RegexOptions.NonBacktracking);
        }
        catch (NotSupportedException)
        {
            return Create(text, RegexOptions.None); // back references and lookarounds, which only the other engine has
        }
        catch (ArgumentException problem)
        {
            throw new SiteSelectionException($"'{Excerpt.Cut(text)}' is no regular expression: {problem.Message}");
        }
    }

    private static Regex Create(string text, RegexOptions engine) =>
        new($"^(?:{text[RegexPrefix.Length..]})$", RegexOptions.CultureInvariant | engine, TimeSpan.FromSeconds(1));
}
