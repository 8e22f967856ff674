using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Peft.Data.Tests;

/// <summary>A server on this machine that answers as a test tells it; what it may do wrong is the test's choice.</summary>
internal sealed class LocalServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<HttpExchange, Task> _answer;

    public LocalServer(Func<HttpExchange, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        _ = Accept();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Every request: method, path, and its headers.</summary>
    public List<HttpExchange> Requests { get; } = [];

    public void Dispose() => _listener.Stop();

    private async Task Accept()
    {
        try
        {
            while (true)
                _ = Serve(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception problem) when (problem is SocketException or ObjectDisposedException)
        {
            // The server was stopped.
        }
    }

    private async Task Serve(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                if (await Read(stream) is not { } exchange)
                    return;
                lock (Requests)
                    Requests.Add(exchange);
                await _answer(exchange);
            }
            catch (IOException)
            {
                // The client went away; some tests want that.
            }
        }
    }

    private static async Task<HttpExchange?> Read(NetworkStream stream)
    {
        var bytes = new List<byte>();
        var one = new byte[1];
        while (!Encoding.ASCII.GetString([.. bytes.TakeLast(4)]).Equals("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one) == 0)
                return null;
            bytes.Add(one[0]);
        }

        var lines = Encoding.ASCII.GetString([.. bytes]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var start = lines[0].Split(' ');
        return new HttpExchange(
            start[0], start[1], lines.Skip(1).Select(line => line.Split(": ", 2))
                .ToDictionary(pair => pair[0].ToLowerInvariant(), pair => pair[1]), stream);
    }
}
