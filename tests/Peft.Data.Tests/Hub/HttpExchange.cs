using System.Net.Sockets;
using System.Text;

namespace Peft.Data.Tests;

/// <summary>A request that a server got, and the means to answer it, rightly or not.</summary>
internal sealed class HttpExchange(string method, string path, IReadOnlyDictionary<string, string> headers, NetworkStream stream)
{
    public string Method { get; } = method;

    public string Path { get; } = path;

    /// <summary>By name in lower case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; } = headers;

    /// <summary>The first byte of a range that is asked for; 0 where all is.</summary>
    public int From => Headers.TryGetValue("range", out var range) ? int.Parse(range["bytes=".Length..]
        .TrimEnd('-'), System.Globalization.CultureInfo.InvariantCulture) : 0;

    /// <summary>Sends the head of an answer.</summary>
    public async Task Head(int status, long? length, params string[] lines)
    {
        var head = new StringBuilder($"HTTP/1.1 {status} x\r\nConnection: close\r\n");
        foreach (var line in lines)
            head.Append(line).Append("\r\n");
        if (length is { } known)
            head.Append(System.Globalization.CultureInfo.InvariantCulture, $"Content-Length: {known}\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()));
    }

    public async Task Body(ReadOnlyMemory<byte> bytes) => await stream.WriteAsync(bytes);

    public async Task Answer(int status, byte[]? body = null, params string[] lines)
    {
        await Head(status, body?.Length ?? 0, lines);
        if (Method != "HEAD" && body is not null)
            await Body(body);
    }
}
