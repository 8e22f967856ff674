using System.Globalization;
using System.Text;

namespace Peft.Data;

/// <summary>Finds and checks the access token. Messages never show it.</summary>
internal static class HubToken
{
    private const int MaxBytes = 1 << 16;

    /// <summary>Finds the token and says where it comes from.</summary>
    /// <param name="given">The value of <c>HF_TOKEN</c>.</param>
    /// <param name="named">The value of <c>HF_TOKEN_PATH</c>.</param>
    /// <param name="usual">The file that is read if there is neither.</param>
    /// <exception cref="HubTokenException">The file cannot be read.</exception>
    public static (string Text, string Source)? Find(string? given, string? named, string usual)
    {
        if (given is not null)
            return (given, "HF_TOKEN");
        var (file, source) = (named ?? usual, named is null ? usual : $"HF_TOKEN_PATH, {named}");
        if (!Path.Exists(file))
            return null;
        try
        {
            return Encoding.UTF8.GetString(RegularFile.Read(file, MaxBytes)).Trim() is { Length: > 0 } text ? (text, source) : null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new HubTokenException(source, $"the file of the token cannot be read ({problem.Message.TrimEnd('.')})");
        }
    }

    /// <summary>Refuses what no header can hold.</summary>
    /// <exception cref="HubTokenException">A character is a space, a control character or not ASCII.</exception>
    public static void Check(string source, string token)
    {
        var at = token.AsSpan().IndexOfAnyExceptInRange('!', '~');
        if (at >= 0)
            throw new HubTokenException(source, string.Create(
                CultureInfo.InvariantCulture, $"character {at + 1} of the token's {token.Length} is {Name(token[at])}; expected printable "
                    + $"ASCII without spaces"));
    }

    private static string Name(char one) => one switch
    {
        '\n' or '\r' => "a line break",
        ' ' => "a space",
        _ => string.Create(CultureInfo.InvariantCulture, $"U+{(int)one:X4}"),
    };
}
