using Peft.Data;

namespace Peft;

/// <summary>A name written by a user is unknown.</summary>
/// <param name="what">The kind of name ("method").</param>
/// <param name="name">The name as written.</param>
/// <param name="known">The known names.</param>
public sealed class UnknownNameException(string what, string name, IReadOnlyCollection<string> known)
    : Exception($"there is no {what} '{Excerpt.Cut(name)}'{NearestName.Hint(name, known)}. Known: {string.Join(", ", known)}.");
