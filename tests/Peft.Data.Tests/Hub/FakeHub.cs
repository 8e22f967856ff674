using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Peft.Data.Tests;

/// <summary>A hub with one repository that behaves, but for what a test puts in front.</summary>
internal sealed class FakeHub : IDisposable
{
    public const string Id = "owner/name";
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private readonly string _cache = Directory.CreateTempSubdirectory("peft-hub-").FullName;

    public FakeHub()
    {
        Files["config.json"] = Encoding.UTF8.GetBytes("""{"model_type":"bert"}""");
        Files["vocab.txt"] = Encoding.UTF8.GetBytes("[PAD]\n");
        Files["model.safetensors"] = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7))];
        Files["pytorch_model.bin"] = [1, 2, 3];
        Files["README.md"] = [4];
        Server = new LocalServer(Answer);
    }

    public SortedDictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Names of files that the hub lists besides those it has.</summary>
    public List<string> Listed { get; } = [];

    public LocalServer Server { get; }

    /// <summary>Answers a request instead of the hub; true where it did.</summary>
    public Func<HttpExchange, Task<bool>> Before { get; set; } = _ => Task.FromResult(false);

    public string Repository => Path.Combine(_cache, "models--owner--name");

    public HubSettings Settings => new()
    {
        Endpoint = Server.Address, Cache = _cache, Token = "secret", Retries = 3, RetryDelay = TimeSpan.FromMilliseconds(10),
            Silence = TimeSpan.FromSeconds(20),
    };

    /// <summary>Files that were asked for by GET, with the first byte.</summary>
    public IReadOnlyList<string> Fetched =>
        [.. Server.Requests.Where(request => request.Method == "GET" && request.Path.Contains("/resolve/", StringComparison.Ordinal))
        .Select(request => $"{request.Path.Split('/')[^1]} {request.From}")];

    public async Task<string> Download(
        HubSettings? settings = null, HubContent content = HubContent.Backbone, string revision = "main",
        IProgress<HubProgress>? progress = null)
    {
        using var client = new HubClient(settings ?? Settings, progress);
        return await client.Download(Id, content, revision);
    }

    public void Dispose()
    {
        Server.Dispose();
        Directory.Delete(_cache, recursive: true);
    }

    /// <summary>SHA-256 for weights, git's SHA-1 for the rest, as hubs have it.</summary>
    public static string Checksum(string name, byte[] content) => name.EndsWith(".safetensors", StringComparison.Ordinal)
        ? Convert.ToHexStringLower(SHA256.HashData(content))
        : Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {content.Length}\0"), .. content]));

    public string[] Headers(string name) => [$"ETag: \"{Checksum(name, Files[name])}\"", $"X-Repo-Commit: {Commit}", "Accept-Ranges: "
        + "bytes"];

    /// <summary>The right answer for a file, from the byte that is asked for.</summary>
    public async Task Send(HttpExchange exchange, string name)
    {
        var content = Files[name];
        if (exchange.Method == "HEAD" || exchange.From == 0)
            await exchange.Answer(200, content, Headers(name));
        else
            await exchange.Answer(206, content[exchange.From..], [.. Headers(name),
                $"Content-Range: bytes {exchange.From}-{content.Length - 1}/{content.Length}"]);
    }

    private async Task Answer(HttpExchange exchange)
    {
        if (await Before(exchange))
            return;
        if (exchange.Path == $"/api/models/{Id}/revision/main")
        {
            var listing = new { sha = Commit, siblings = Files.Keys.Concat(Listed).Select(rfilename => new { rfilename }) };
            await exchange.Answer(200, JsonSerializer.SerializeToUtf8Bytes(listing));
            return;
        }

        var prefix = $"/{Id}/resolve/{Commit}/";
        if (exchange.Path.StartsWith(prefix, StringComparison.Ordinal) && Files.ContainsKey(exchange.Path[prefix.Length..]))
            await Send(exchange, exchange.Path[prefix.Length..]);
        else
            await exchange.Answer(404);
    }
}
