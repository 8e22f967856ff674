using System.Text.Json;

namespace Peft.Server;

/// <summary>Reads texts of a request that JSON holds with escapes.</summary>
internal static class RequestText
{
    /// <summary>The text of a JSON string.</summary>
    /// <param name="where">Its place in the request, for the message.</param>
    /// <param name="given">A JSON string.</param>
    /// <exception cref="RequestProblemException">It is not Unicode: half of a surrogate pair, or bytes that are not UTF-8.</exception>
    public static string Read(string where, JsonElement given)
    {
        try
        {
            return given.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new RequestProblemException($"{where}: the text is not valid Unicode in UTF-8.") { Parameter = where };
        }
    }
}
