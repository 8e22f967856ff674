using System.Net.Sockets;
using System.Text;

namespace Peft.Server.Tests;

/// <summary>Clients that open a stream of events and do not read it, or leave it.</summary>
public sealed class SlowReaderTests
{
    private const int Readers = 10, Copies = 60_000;

    [Fact]
    public async Task Readers_that_do_not_read_take_no_memory_and_hold_up_nobody()
    {
        await using var server = await RunningServer.Start();
        await server.Submit("watched");
        var whole = await server.Client.GetStringAsync("/v1/jobs/watched/events"); // until it has ended
        await Lengthen(Path.Combine(server.Folder, "watched", "events.jsonl"));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var readers = await Task.WhenAll(Enumerable.Range(0, Readers).Select(_ => Open(server)));
        try
        {
            await server.Submit("beside"); // trains and is watched to its end meanwhile
            var other = await server.Client.GetStringAsync("/v1/jobs/beside/events");
            Assert.Equal(Count(whole), Count(other));
            var more = GC.GetTotalMemory(forceFullCollection: true) - before;
            Assert.True(more < 32 << 20, $"{more >> 20} MB for {Readers} readers");
        }
        finally
        {
            foreach (var reader in readers)
                reader.Dispose(); // in the middle of the stream
        }

        var lengthened = await server.Client.GetStringAsync("/v1/jobs/watched/events");
        Assert.Equal(Count(whole) + Copies, Count(lengthened));
    }

    private static int Count(string events) => events.Split("event: stepped").Length - 1;

    /// <summary>Repeats a step of a job that has ended, as if it had trained for long.</summary>
    private static async Task Lengthen(string file)
    {
        var lines = await File.ReadAllLinesAsync(file);
        var step = lines.Last(line => line.Contains("\"type\":\"stepped\"", StringComparison.Ordinal));
        await File.WriteAllLinesAsync(file, [.. lines[..^1], .. Enumerable.Repeat(step, Copies), lines[^1]]);
    }

    /// <summary>Asks for the events, waits for the first of them, and reads no more.</summary>
    private static async Task<TcpClient> Open(RunningServer server)
    {
        var client = new TcpClient { ReceiveBufferSize = 4096 };
        var address = server.Client.BaseAddress!;
        await client.ConnectAsync(address.Host, address.Port);
        var request = $"GET /v1/jobs/watched/events HTTP/1.1\r\nHost: {address.Authority}\r\n\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        Assert.NotEqual(0, await client.GetStream().ReadAsync(new byte[256]));
        return client;
    }
}
