using System.Globalization;
using System.Net;

namespace Peft.Data;

/// <summary>Writes the body of an answer to a partial file.</summary>
internal sealed class HubTransfer(HubHttp http, HubFile file, string partial, IProgress<HubProgress>? progress)
{
    private const int BufferSize = 1 << 17;

    /// <summary>Appends the body to the partial file. Starts over if the server does not resume.</summary>
    /// <exception cref="HubIntegrityException">The answer has another length than the hub announced. The partial file is
    /// removed.</exception>
    /// <exception cref="HubCacheException">The file cannot be written, as on a full disk. The partial file is removed.</exception>
    public async Task<bool> Append(HttpResponseMessage response, CancellationToken cancellation)
    {
        var from = response.StatusCode == HttpStatusCode.PartialContent ? response.Content.Headers.ContentRange?.From ?? 0 : 0;
        await using var target = OnDisk(
            () => new FileStream(partial, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 0));
        if (from > target.Length)
            throw new HubAnswerException($"{file.Name}: bytes from {target.Length} on were asked for, and the hub gives those from "
                + $"{from} on.");
        if (response.Content.Headers.ContentLength is { } length && length != file.Size - from)
        {
            Remove(target);
            throw new HubIntegrityException(length > file.Size - from
                ? TooMany()
                : $"{file.Name}: the hub announced {file.Size} bytes and sends {from + length}; removed. Try later.");
        }

        await using var source = await response.Content.ReadAsStreamAsync(cancellation);
        OnDisk(() => Cut(target, from));
        await Copy(source, target, cancellation);
        OnDisk(() => target.Flush(flushToDisk: true));
        return target.Length == file.Size
            ? true
            : throw new IOException(string.Create(CultureInfo.InvariantCulture, $"the connection ended after {target.Length} of "
                + $"{file.Size} bytes"));
    }

    private async Task Copy(Stream source, FileStream target, CancellationToken cancellation)
    {
        var pace = http.Pace();
        var buffer = new byte[BufferSize];
        while (await http.Within(async limit => await source.ReadAsync(buffer, limit), cancellation) is var count and > 0)
        {
            if (target.Position + count > file.Size)
            {
                Remove(target);
                throw new HubIntegrityException(TooMany());
            }

            OnDisk(() => target.Write(buffer.AsSpan(0, count)));
            progress?.Report(new HubProgress(file.Name, target.Position, file.Size));
            pace.Count(count);
        }
    }

    private string TooMany() => $"{file.Name}: more than the {file.Size} bytes come that the hub announced; removed.";

    private static void Cut(FileStream target, long length)
    {
        target.SetLength(length);
        target.Position = length;
    }

    private void OnDisk(Action write) => OnDisk(() =>
    {
        write();
        return true;
    });

    /// <summary>Converts errors of the disk, so that they are not retried like errors of the connection.</summary>
    private T OnDisk<T>(Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            // .NET reports a file that may not grow further (EFBIG) as an argument out of range.
            TryDelete();
            throw new HubCacheException(
                $"{partial}: cannot be written ({problem.Message.ReplaceLineEndings(" ").TrimEnd('.')}); the partial file was removed. "
                    + "Free space, correct the access rights, or choose another cache with HF_HUB_CACHE.", problem);
        }
    }

    private void Remove(FileStream target)
    {
        target.Dispose();
        TryDelete();
    }

    private void TryDelete()
    {
        try
        {
            File.Delete(partial);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // The exception that follows gives the reason.
        }
    }
}
