using System.Text.RegularExpressions;

namespace Peft.Data;

/// <summary>Validates names of repositories, revisions and files before they are used in URLs and paths.</summary>
internal static partial class HubName
{
    /// <summary>Whether a text is a valid repository name: <c>name</c> or <c>owner/name</c>.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Whether it is valid.</returns>
    public static bool IsRepository(string text) =>
        text.Length <= 192 && Repository().IsMatch(text) && !text.Contains("..", StringComparison.Ordinal)
        && !text.Contains("--", StringComparison.Ordinal);

    internal static void CheckRepository(string id)
    {
        if (!IsRepository(id))
            throw new HubNameException($"'{id}' names no repository; expected name or owner/name of letters, digits, '.', '_' and '-'.");
    }

    internal static void CheckRevision(string revision)
    {
        if (!Revision().IsMatch(revision) || revision.Contains("..", StringComparison.Ordinal))
            throw new HubNameException($"'{revision}' names no revision; expected a branch, a tag or a commit.");
    }

    internal static bool IsCommit(string text) => Commit().IsMatch(text);

    internal static void CheckCommit(string id, string commit)
    {
        if (!IsCommit(commit))
            throw new HubAnswerException(
                $"{id}: the hub names no commit (found '{Excerpt.Line(commit)}'); expected 40 hexadecimal digits.");
    }

    internal static void CheckFile(string id, string file)
    {
        var isPlain = file.Length > 0 && !file.Any(char.IsControl) && file.IndexOfAny(['\\', ':']) < 0
            && file.Split('/').All(part => part is not ("" or "." or ".."));
        if (!isPlain)
            throw new HubFileNameException(id, file);
    }

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)?\z")]
    private static partial Regex Repository();

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9._/-]*\z")]
    private static partial Regex Revision();

    [GeneratedRegex(@"^[0-9a-f]{40}\z")]
    private static partial Regex Commit();
}
