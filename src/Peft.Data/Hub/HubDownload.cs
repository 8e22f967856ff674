using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Peft.Data;

/// <summary>Downloads one file into the cache. Resumes a partial file, and keeps the result only if size and checksum are right.</summary>
internal sealed class HubDownload(HubHttp http, HubCache cache, IProgress<HubProgress>? progress)
{
    private const int BufferSize = 1 << 17;
    private const int GitHashLength = 40;

    /// <exception cref="HubIntegrityException">The download did not match the hub's checksum or size, twice.</exception>
    public async Task Fetch(HubFile file, CancellationToken cancellation)
    {
        if (IsThere(file))
            return;
        var partial = cache.Partial(file.Checksum);
        HubCache.CheckKind(cache.LockOf(file.Checksum));
        using var alone = await HubLock.Take(
            cache.LockOf(file.Checksum), () => progress?.Report(new HubProgress(file.Name, Length(partial), file.Size)), cancellation);
        if (IsThere(file)) // another fetched it meanwhile
            return;
        HubCache.CheckKind(partial);
        cache.Prepare();
        if (file.Size == 0)
            await File.WriteAllBytesAsync(partial, [], cancellation);
        for (var isSecond = false; ; isSecond = true)
        {
            if (Length(partial) != file.Size || isSecond)
                await http.Send(
                    file.Name, () => Request(file, Length(partial)), new HubTransfer(http, file, partial, progress).Append,
                    followsElsewhere: true, cancellation);
            var found = await Hash(partial, file, cancellation);
            if (found == file.Checksum)
                break;
            File.Delete(partial);
            if (isSecond)
                throw new HubIntegrityException(
                    $"{file.Name}: its checksum is {found}, the hub announced {file.Checksum}; fetched twice and removed. Something on "
                    + "the way changes it.");
        }

        File.Move(partial, cache.Blob(file.Checksum), overwrite: true);
    }

    /// <summary>The bytes of a file that are not in the cache yet.</summary>
    public long Missing(HubFile file) => IsThere(file) ? 0 : Math.Max(0, file.Size - Length(cache.Partial(file.Checksum)));

    private bool IsThere(HubFile file)
    {
        HubCache.CheckKind(cache.Blob(file.Checksum));
        return File.Exists(cache.Blob(file.Checksum)) && Length(cache.Blob(file.Checksum)) == file.Size;
    }

    private static HttpRequestMessage Request(HubFile file, long done)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, file.Address);
        if (done > 0 && done < file.Size)
            request.Headers.Range = new RangeHeaderValue(done, null);
        return request;
    }

    /// <summary>A file's size; 0 where there is none. Another download may move the file at any time.</summary>
    private static long Length(string path)
    {
        try
        {
            return new FileInfo(path).Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }

    private static async Task<string> Hash(string path, HubFile file, CancellationToken cancellation)
    {
        await using var stream = File.OpenRead(path);
        using var hash = IncrementalHash.CreateHash(file.Checksum.Length == GitHashLength
            ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256);
        if (file.Checksum.Length == GitHashLength)
            // the hash that git computes for files
            hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {stream.Length}\0")));
        var buffer = new byte[BufferSize];
        while (await stream.ReadAsync(buffer, cancellation) is var count and > 0)
            hash.AppendData(buffer, 0, count);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

/// <summary>The progress of a file's download.</summary>
/// <param name="File">Its name.</param>
/// <param name="Done">Bytes downloaded so far.</param>
/// <param name="Total">Bytes in all.</param>
public sealed record HubProgress(string File, long Done, long Total);
