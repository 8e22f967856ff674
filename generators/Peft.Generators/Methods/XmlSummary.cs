using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace Peft.Generators.Methods;

/// <summary>Takes one line of plain text from a declaration's documentation comment.</summary>
/// <remarks>
/// Works on the comment's text: a project without a documentation file parses no documentation comments, and its descriptors are to
/// be the same.
/// </remarks>
internal static class XmlSummary
{
    private static readonly Regex s_summary = new("<summary>(.*?)</summary>", RegexOptions.Singleline | RegexOptions.CultureInvariant);
    private static readonly Regex s_reference =
        new("<\\w+\\s+(?:cref|name|langword|href)=\"(?:[^\"]*[.:/])?([^\"]*)\"\\s*/>", RegexOptions.CultureInvariant);
    private static readonly Regex s_tag = new("</?\\w[^>]*>", RegexOptions.CultureInvariant);
    private static readonly Regex s_blanks = new("\\s+", RegexOptions.CultureInvariant);

    /// <summary>The summary's first sentence, or an empty text.</summary>
    public static string FirstSentence(SyntaxNode declaration)
    {
        var match = s_summary.Match(CommentText(declaration.GetLeadingTrivia().ToFullString()));
        if (!match.Success)
            return "";
        var plain = s_tag.Replace(s_reference.Replace(match.Groups[1].Value, "$1"), "");
        return CutSentence(s_blanks.Replace(WebUtility.HtmlDecode(plain), " ").Trim());
    }

    private static string CommentText(string trivia)
    {
        var text = new StringBuilder();
        var isInBlock = false;
        foreach (var raw in trivia.Split('\n'))
        {
            var line = raw.Trim();
            isInBlock |= line.StartsWith("/**", StringComparison.Ordinal);
            if (isInBlock || line.StartsWith("///", StringComparison.Ordinal))
                text.Append(line.TrimStart('/', '*')).Append('\n');
            isInBlock &= !line.EndsWith("*/", StringComparison.Ordinal);
        }

        return text.ToString();
    }

    /// <summary>Sentences end before a capital letter, outside of brackets: "(Hu et al. 2021)" and "e.g. this" do not end one.</summary>
    private static string CutSentence(string text)
    {
        var depth = 0;
        for (var i = 0; i + 2 < text.Length; i++)
        {
            depth += text[i] is '(' or '[' ? 1 : text[i] is ')' or ']' ? -1 : 0;
            if (depth == 0 && text[i] is '.' or '!' or '?' && text[i + 1] == ' ' && char.IsUpper(text[i + 2]))
                return text.Substring(0, i + 1);
        }

        return text;
    }
}
