namespace Peft.Data;

/// <summary>
/// GPT-2's encoding of bytes: a vocabulary represents each of the 256 by one visible character, printable Latin-1 bytes by themselves.
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] s_letters = MakeLetters();
    private static readonly Dictionary<char, byte> s_bytes = Enumerable.Range(0, 256)
        .ToDictionary(value => s_letters[value], value => (byte)value);

    public static char LetterOf(byte value) => s_letters[value];

    /// <summary>
    /// The bytes that a token of the vocabulary represents. A token with characters outside the alphabet represents its own text.
    /// </summary>
    public static byte[] BytesOf(string token)
    {
        var bytes = new byte[token.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            if (!s_bytes.TryGetValue(token[i], out bytes[i])) return System.Text.Encoding.UTF8.GetBytes(token);
        }

        return bytes;
    }

    private static char[] MakeLetters()
    {
        var letters = new char[256];
        var next = (char)256;
        for (var value = 0; value < 256; value++)
            letters[value] = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF) ? (char)value : next++;
        return letters;
    }
}
