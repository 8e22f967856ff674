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

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(1);

    private readonly Regex? _regex = Compile(Text);

    /// <summary>Whether the pattern matches a module's name.</summary>
    /// <param name="path">The whole name.</param>
    /// <returns>True for a match. A name's end matches only at a dot, so <c>dense</c> does not match <c>condense</c>.</returns>
    /// <exception cref="SiteSelectionException">The regular expression takes too long.</exception>
    public bool Matches(string path)
    {
        try
        {
            return _regex?.IsMatch(path)
                ?? (path.EndsWith(Text, StringComparison.Ordinal) && (path.Length == Text.Length || path[^(Text.Length + 1)] == '.'));
        }
        catch (RegexMatchTimeoutException)
        {
            throw new SiteSelectionException($"'{Text}' takes longer than {s_limit.TotalSeconds:0.#} s to compare with one module's name; "
                + "simplify the regular expression.");
        }
    }

    internal bool Matches(SiteAddress address) => Text == AllLinear
        ? address.Layer >= 0 && Sites.KindOf(address.Site) == SiteKind.Projection
        : Matches(address.Path);

    private static Regex? Compile(string text)
    {
        if (!text.StartsWith(RegexPrefix, StringComparison.Ordinal))
            return null;
        try
        {
            return new Regex($"^(?:{text[RegexPrefix.Length..]})$", RegexOptions.CultureInvariant, s_limit);
        }
        catch (ArgumentException problem)
        {
            throw new SiteSelectionException($"'{text}' is no regular expression: {problem.Message}");
        }
    }
}
