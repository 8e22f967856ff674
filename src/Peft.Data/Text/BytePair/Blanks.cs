using System.Buffers;

namespace Peft.Data;

/// <summary>The blanks of Python's <c>str.isspace</c> and <c>str.strip</c>; the splitting pattern has fewer.</summary>
internal static class Blanks
{
    public static SearchValues<char> All { get; } = SearchValues.Create(
        "\t\n\v\f\r\u001C\u001D\u001E\u001F "
            + "\u0085\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u2028\u2029\u202F\u205F\u3000");
}
