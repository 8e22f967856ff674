using System.Runtime.CompilerServices;
using System.Text.Json;
using Peft.Data;

namespace Peft.Hosting;

/// <summary>Reads the events of a job from their file while they are written, by this host or another.</summary>
internal static class JobEventReader
{
    private const int FirstBlockBytes = 64 * 1024;
    private const byte NewLine = (byte)'\n';

    /// <summary>Reads all events, and waits for more until the job ends.</summary>
    /// <param name="path">The file; it may not exist yet.</param>
    /// <param name="interval">The time between two readings.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static async IAsyncEnumerable<JobEvent> ReadAsync(
        string path, TimeSpan interval, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var block = new byte[FirstBlockBytes];
        long position = 0; // always at the start of a line: a line that was written in part is read again
        while (true)
        {
            var count = await ReadFromAsync(path, position, block, cancellation);
            var end = block.AsSpan(0, count).LastIndexOf(NewLine) + 1;
            for (int start = 0, next; start < end; start = next)
            {
                next = start + block.AsSpan(start, end - start).IndexOf(NewLine) + 1;
                var happened = Parse(path, block.AsSpan(start, next - start));
                yield return happened;
                if (happened is JobEnded)
                    yield break;
            }

            position += end;
            if (end == 0 && count == block.Length)
                block = new byte[2 * block.Length]; // a line longer than the block
            else if (end == 0)
                await Task.Delay(interval, time, cancellation);
        }
    }

    private static async Task<int> ReadFromAsync(string path, long position, byte[] block, CancellationToken cancellation)
    {
        if (!File.Exists(path))
            return 0;
        await using var file = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, useAsync: true);
        file.Seek(position, SeekOrigin.Begin);
        return await file.ReadAtLeastAsync(block, block.Length, throwOnEndOfStream: false, cancellation);
    }

    private static JobEvent Parse(string path, ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize<JobEvent>(line, JobEventLog.Json) ?? throw new JsonException("a line is null");
        }
        catch (JsonException problem)
        {
            throw new JobStoreException($"{path} is damaged ({JsonFault.DescribeLine(problem)}).", problem);
        }
    }
}
