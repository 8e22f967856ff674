using System.Text;
using Microsoft.CodeAnalysis.Text;

namespace Peft.Generators.Tests;

/// <summary>Sources in which <c>[|...|]</c> marks places.</summary>
internal static class Markup
{
    /// <summary>The source without marks, and the marked spans in order; marks may nest.</summary>
    public static (string Source, IReadOnlyList<TextSpan> Spans) Read(string text)
    {
        var source = new StringBuilder();
        var open = new Stack<int>();
        var spans = new List<TextSpan>();
        for (var i = 0; i < text.Length; i++)
        {
            var pair = i + 1 < text.Length ? text.Substring(i, 2) : "";
            if (pair is not ("[|" or "|]"))
            {
                source.Append(text[i]);
                continue;
            }

            if (pair == "[|")
                open.Push(source.Length);
            else
                spans.Add(TextSpan.FromBounds(open.Pop(), source.Length));
            i++;
        }

        Assert.Empty(open);
        return (source.ToString(), [.. spans.OrderBy(span => span.Start)]);
    }
}
