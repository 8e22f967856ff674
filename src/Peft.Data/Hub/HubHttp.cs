using System.Net;
using System.Net.Http.Headers;

namespace Peft.Data;

/// <summary>Sends requests: the token only to the endpoint, redirects followed explicitly, temporary failures retried.</summary>
internal sealed class HubHttp : IDisposable
{
    private const int MaxRedirects = 10;
    private const int SlowFactor = 10;

    private readonly HubSettings _settings;
    private readonly Uri _endpoint;
    private readonly HttpClient _client;

    public HubHttp(HubSettings settings)
    {
        _settings = settings;
        if (settings is { Offline: false, Token: { } token })
            HubToken.Check(settings.TokenSource ?? nameof(HubSettings.Token), token);
        _endpoint = new Uri(settings.Endpoint);
        _client = new HttpClient(
            new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = settings.Silence })
        {
            Timeout = Timeout.InfiniteTimeSpan, // silence is limited instead: a large file may take long
        };
        _client.DefaultRequestHeaders.UserAgent.ParseAdd("peft-dotnet");
    }

    public void Dispose() => _client.Dispose();

    /// <summary>Sends a request, and retries temporary failures.</summary>
    /// <param name="what">What is requested, for messages.</param>
    /// <param name="make">Creates the request, anew for each attempt.</param>
    /// <param name="use">Uses a successful answer, or a redirect if redirects are not followed.</param>
    /// <param name="followsElsewhere">Whether redirects to other hosts are followed.</param>
    /// <param name="cancellation">Cancels the request.</param>
    /// <exception cref="HubAnswerException">The hub returned an error.</exception>
    /// <exception cref="HubConnectionException">All attempts failed.</exception>
    public async Task<T> Send<T>(
        string what, Func<HttpRequestMessage> make, Func<HttpResponseMessage, CancellationToken, Task<T>> use, bool followsElsewhere,
        CancellationToken cancellation)
    {
        for (var tried = 0; ; tried++)
        {
            var wait = _settings.RetryDelay * Math.Pow(2, tried);
            Exception? trouble;
            try
            {
                using var response = await Follow(what, make, followsElsewhere, cancellation);
                if (response.IsSuccessStatusCode || IsRedirect(response))
                    return await use(response, cancellation);
                if (!IsPassing(response.StatusCode))
                    throw Refusal(what, response.StatusCode);
                trouble = Refusal(what, response.StatusCode);
                wait = RetryAfter(response) ?? wait;
            }
            catch (Exception problem) when (!cancellation.IsCancellationRequested
                && problem is HttpRequestException or IOException or TimeoutException or OperationCanceledException)
            {
                trouble = problem;
            }

            // An unknown host name is not retried: it will still be unknown a second later.
            if (tried >= _settings.Retries || trouble is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError })
                throw trouble as HubException
                    ?? new HubConnectionException(
                    $"{what}: the connection failed {(tried == 0 ? "once" : $"{tried + 1} times")} ({trouble.Message}). Check the "
                    + "network, or set HF_HUB_OFFLINE=1 to use the cache alone.", trouble);
            await Task.Delay(wait, cancellation);
        }
    }

    /// <summary>Throws if no data arrives for too long.</summary>
    public async Task<T> Within<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_settings.Silence);
        try
        {
            return await work(limit.Token);
        }
        catch (Exception problem) when (limit.IsCancellationRequested && problem is OperationCanceledException or ObjectDisposedException)
        {
            // A read that is cancelled while data arrive may find its connection disposed.
            cancellation.ThrowIfCancellationRequested();
            throw new TimeoutException($"nothing arrived for {_settings.Silence.TotalSeconds:0.#} s");
        }
    }

    /// <summary>Reads a whole body of limited size.</summary>
    /// <exception cref="HubAnswerException">It is larger, compressed, or a redirect.</exception>
    public async Task<byte[]> ReadAll(string what, HttpResponseMessage response, int most, CancellationToken cancellation)
    {
        if (IsRedirect(response))
            throw new HubAnswerException($"{what}: the hub redirects to another host, which is not followed for its answers.");
        if (response.Content.Headers.ContentEncoding.Count > 0)
            throw new HubAnswerException($"{what}: the hub sends a compressed answer, which was not asked for.");
        await using var source = await response.Content.ReadAsStreamAsync(cancellation);
        using var body = new MemoryStream();
        var (buffer, pace) = (new byte[1 << 16], Pace(isShort: true));
        while (response.Content.Headers.ContentLength is not { } length || length <= most)
        {
            var count = await Within(async limit => await source.ReadAsync(buffer, limit), cancellation);
            if (count == 0)
                return body.ToArray();
            if (body.Length + count > most)
                break;
            body.Write(buffer, 0, count);
            pace.Count(count);
        }

        throw new HubAnswerException($"{what}: the hub's answer has more than {most >> 20} MB, which no description of a repository has. "
            + "Check HF_ENDPOINT.");
    }

    /// <summary>Counts the bytes of one body.</summary>
    /// <param name="isShort">Whether the body is so short that the whole of it has to come in time.</param>
    public HubPace Pace(bool isShort = false) => new(_settings.Silence * SlowFactor, isShort ? _settings.Silence * SlowFactor : null);

    private async Task<HttpResponseMessage> Follow(
        string what, Func<HttpRequestMessage> make, bool followsElsewhere, CancellationToken cancellation)
    {
        Uri? target = null;
        for (var redirects = 0; redirects <= MaxRedirects; redirects++)
        {
            using var request = make();
            request.RequestUri = target ??= request.RequestUri!;
            if (_settings.Token is { } token && IsEndpoint(target))
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            var response = await Within(limit => _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit), cancellation);
            if (!IsRedirect(response))
                return response;
            var next = Target(what, target, response);
            if (!followsElsewhere && !IsEndpoint(next))
                return response;
            response.Dispose();
            target = next;
        }

        throw new HubAnswerException($"{what}: the hub redirects more than {MaxRedirects} times.");
    }

    /// <summary>The address that a redirect names; a response that is refused is disposed.</summary>
    private static Uri Target(string what, Uri from, HttpResponseMessage response)
    {
        var isValid = Uri.TryCreate(from, response.Headers.Location, out var next);
        if (isValid && next!.Scheme is "http" or "https" && (from.Scheme != "https" || next.Scheme == "https"))
            return next;
        response.Dispose();
        throw new HubAnswerException(
            isValid
                ? $"{what}: the hub redirects to {Excerpt.Line(next!.Scheme)}://, which is not followed from {from.Scheme}://."
                : $"{what}: the hub redirects and names no valid address.");
    }

    private bool IsEndpoint(Uri address) =>
        Uri.Compare(address, _endpoint, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var asked = response.Headers.RetryAfter is { } after ? after.Delta ?? after.Date - DateTimeOffset.UtcNow : null;
        return asked is { } wait ? TimeSpan.FromTicks(Math.Clamp(wait.Ticks, 0, _settings.LongestWait.Ticks)) : null;
    }

    private HubAnswerException Refusal(string what, HttpStatusCode status) => new(
        $"{what}: " + status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => _settings.Token is null
                ? $"the hub refuses ({(int)status}): it may be private, gated, or not there. Set HF_TOKEN to a token that may read it."
                : $"the hub refuses the token ({(int)status}): it may not read this, or there is no such thing. Check HF_TOKEN, and "
                    + "whether access was granted.",
            HttpStatusCode.NotFound => "the hub has no such thing (404). Check the name and the revision.",
            HttpStatusCode.TooManyRequests => "the hub asks for patience (429), however long it was waited. Try later.",
            _ => $"the hub answered {(int)status}.",
        },
        status);

    private static bool IsPassing(HttpStatusCode status) => status == HttpStatusCode.TooManyRequests || (int)status is 408 or >= 500;

    private static bool IsRedirect(HttpResponseMessage response) => (int)response.StatusCode is 301 or 302 or 303 or 307 or 308;
}
