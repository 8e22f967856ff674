using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Peft.Cli.Remote;

/// <summary>A host that <c>peft serve</c> or <c>app.MapPeft()</c> runs, as its client sees it.</summary>
internal sealed class RemoteServer : IDisposable
{
    private readonly HttpClient _client;
    private readonly string _address;

    /// <summary>Names a server; nothing is sent yet.</summary>
    /// <param name="address">Its address, such as <c>http://127.0.0.1:5080</c>.</param>
    /// <param name="key">Its key; null for none.</param>
    /// <exception cref="UsageException">The address is none.</exception>
    public RemoteServer(string address, string? key)
    {
        if (!Uri.TryCreate(address.TrimEnd('/') + "/v1/", UriKind.Absolute, out var root) || root.Scheme is not ("http" or "https"))
            throw new UsageException($"--submit: expected an address as http://127.0.0.1:5080, found '{address}'.");
        _address = address;
        _client = new HttpClient { BaseAddress = root, Timeout = TimeSpan.FromMinutes(1) };
        if (key is not null)
            _client.DefaultRequestHeaders.Add("X-Api-Key", key);
    }

    /// <summary>How long the server may be silent.</summary>
    public TimeSpan Timeout
    {
        get => _client.Timeout;
        init => _client.Timeout = value;
    }

    /// <summary>Whether anything has answered at the address. If not, the address may be wrong.</summary>
    public bool HasAnswered { get; private set; }

    /// <summary>Queues a job.</summary>
    /// <returns>False if a job of the name exists.</returns>
    /// <exception cref="RemoteServerException">The server refused it, or cannot be reached.</exception>
    public async Task<bool> SubmitAsync(string name, JsonObject options, CancellationToken cancellation)
    {
        var job = new JsonObject { ["name"] = name, ["options"] = options.DeepClone() };
        using var answer = await SendAsync(() => _client.PostAsJsonAsync("jobs", job, cancellation), cancellation);
        if (answer.StatusCode == HttpStatusCode.Conflict)
            return false;
        await CheckAsync(answer, cancellation);
        return true;
    }

    /// <summary>The state of a job, in lower case, and the reason if it failed.</summary>
    /// <exception cref="RemoteServerException">There is no such job, or the server cannot be reached.</exception>
    public async Task<(string State, string? Error)> StateAsync(string name, CancellationToken cancellation)
    {
        using var answer = await SendAsync(() => _client.GetAsync($"jobs/{name}", cancellation), cancellation);
        await CheckAsync(answer, cancellation);
        var job = await ReadAsync(answer, cancellation);
        return ((string)job["state"]!, (string?)job["error"]);
    }

    /// <summary>Cancels a job; one that has ended stays as it is.</summary>
    public async Task CancelAsync(string name, CancellationToken cancellation)
    {
        using var answer = await SendAsync(() => _client.DeleteAsync($"jobs/{name}", cancellation), cancellation);
        if (answer.StatusCode is not (HttpStatusCode.Conflict or HttpStatusCode.NotFound))
            await CheckAsync(answer, cancellation);
    }

    /// <summary>The files of a run, as paths with <c>/</c>.</summary>
    public async Task<IReadOnlyList<string>> FilesAsync(string name, CancellationToken cancellation)
    {
        using var answer = await SendAsync(() => _client.GetAsync($"runs/{name}/files", cancellation), cancellation);
        await CheckAsync(answer, cancellation);
        return [.. (await ReadAsync(answer, cancellation)).AsArray().Select(file => (string)file!["path"]!)];
    }

    /// <summary>Writes a file of a run to the disk. A later call writes it again from its start.</summary>
    public async Task DownloadAsync(string name, string path, string target, CancellationToken cancellation)
    {
        var address = $"runs/{name}/files/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}";
        using var answer = await SendAsync(
            () => _client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellation), cancellation);
        await CheckAsync(answer, cancellation);
        await using var file = File.Create(target);
        await using var content = await ReachAsync(() => answer.Content.ReadAsStreamAsync(cancellation), cancellation);
        var buffer = new byte[1 << 16];

        // The client's timeout ends with the headers. Only reading can fail because of the server; a full disk is another matter.
        while (await ReachAsync(
            () => content.ReadAsync(buffer, cancellation).AsTask().WaitAsync(Timeout, cancellation), cancellation) is > 0 and var count)
            await file.WriteAsync(buffer.AsMemory(0, count), cancellation);
    }

    public void Dispose() => _client.Dispose();

    private async Task<HttpResponseMessage> SendAsync(Func<Task<HttpResponseMessage>> send, CancellationToken cancellation)
    {
        var answer = await ReachAsync(send, cancellation);
        HasAnswered = true;
        return answer;
    }

    /// <summary>A part of an exchange. For callers, a lost connection and a long silence are the same.</summary>
    private async Task<T> ReachAsync<T>(Func<Task<T>> part, CancellationToken cancellation)
    {
        try
        {
            return await part();
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException)
        {
            throw new RemoteServerException($"{_address}: the server cannot be reached ({problem.Message}); does `peft serve` run there?")
            {
                IsUnreachable = true,
            };
        }
        catch (Exception problem) when (
            problem is TimeoutException || (problem is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new RemoteServerException($"{_address}: the server was silent for {Timeout.TotalSeconds:0.#} seconds.")
            {
                IsUnreachable = true,
            };
        }
    }

    private async Task CheckAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        if (answer.IsSuccessStatusCode)
            return;
        var text = await ReachAsync(() => answer.Content.ReadAsStringAsync(cancellation).WaitAsync(Timeout, cancellation), cancellation);
        var hint = answer.StatusCode == HttpStatusCode.Unauthorized
            ? $" Give the server's key in --api-key-file or {ApiKeyOption.Variable}." : "";
        throw new RemoteServerException($"{_address}: {Detail(text) ?? $"the server answered {(int)answer.StatusCode}."}{hint}")
        {
            // what a proxy answers while the server behind it restarts, and the server while its store of jobs does
            IsUnreachable = answer.StatusCode
                is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout,
        };
    }

    private static string? Detail(string text)
    {
        try
        {
            return (string?)JsonNode.Parse(text)?["detail"];
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private async Task<JsonNode> ReadAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        try
        {
            return (await answer.Content.ReadFromJsonAsync<JsonNode>(cancellation))!;
        }
        catch (JsonException)
        {
            throw new RemoteServerException($"{_address}: the server answered no JSON; expected a server of `peft serve`.");
        }
    }
}

/// <summary>A server of jobs refused a request, or cannot be reached.</summary>
/// <param name="message">What happened, and what to do.</param>
internal sealed class RemoteServerException(string message) : Exception(message)
{
    /// <summary>Whether no answer came, or one of a proxy that did not reach the server: a later try may succeed.</summary>
    public bool IsUnreachable { get; init; }
}
