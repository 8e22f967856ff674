using System.Text;

namespace Peft.Data;

/// <summary>
/// Reads the lines of a vocabulary or of merges. A line ends at LF or CRLF and nowhere else: tokens may contain other characters that
/// Unicode or .NET count as line ends.
/// </summary>
internal static class VocabularyLines
{
    /// <summary>The lines; the last line may end or not.</summary>
    /// <exception cref="DecoderFallbackException">The file is not UTF-8.</exception>
    public static string[] Read(string file)
    {
        var lines = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(file)).Split('\n');
        for (var i = 0; i + 1 < lines.Length; i++)
        {
            if (lines[i].EndsWith('\r')) lines[i] = lines[i][..^1];
        }

        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }
}
