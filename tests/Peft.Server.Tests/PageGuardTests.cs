using System.Net;

namespace Peft.Server.Tests;

/// <summary>What the page refuses, without a browser.</summary>
public sealed class PageGuardTests
{
    private const string Key = "a-key-of-some-length";

    [Fact]
    public async Task Without_the_key_there_are_no_pages_and_no_connection()
    {
        await using var server = await RunningServer.Start(options => options.ApiKey = Key, trains: false);
        foreach (var path in (string[])["/", "/runs/a", "/start", "/try", "/compare"])
            Assert.EndsWith("/sign-in", await Redirect(server, path));
        using var negotiate = await server.Client.PostAsync("/_blazor/negotiate?negotiateVersion=1", null);
        Assert.Equal(HttpStatusCode.Unauthorized, negotiate.StatusCode);
        using var forged = new HttpRequestMessage(HttpMethod.Get, "/v1/jobs");
        forged.Headers.Add("Cookie", $"peft-page={Key}");
        Assert.Equal(401, (await server.Send(forged)).Status);
    }

    [Fact]
    public async Task The_form_needs_its_token()
    {
        await using var server = await RunningServer.Start(options => options.ApiKey = Key, trains: false);
        using var form = new FormUrlEncodedContent([new("key", Key)]);
        using var answer = await server.Client.PostAsync("/sign-in", form);
        Assert.Contains("API key of this server", await answer.Content.ReadAsStringAsync());
        Assert.False(answer.Headers.TryGetValues("Set-Cookie", out var cookies)
            && cookies.Any(cookie => cookie.StartsWith("peft-page", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Pages_of_other_sites_open_no_connection()
    {
        await using var server = await RunningServer.Start(trains: false);
        foreach (var (origin, status) in ((string?, HttpStatusCode)[])[
            (null, HttpStatusCode.OK), ("http://example.com", HttpStatusCode.Forbidden), ("null", HttpStatusCode.Forbidden),
            ($"http://{server.Client.BaseAddress!.Authority}", HttpStatusCode.OK), ("http://127.0.0.1:1", HttpStatusCode.Forbidden)])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1");
            if (origin is not null)
                request.Headers.Add("Origin", origin);
            using var answer = await server.Client.SendAsync(request);
            Assert.Equal((origin, status), (origin, answer.StatusCode));
        }
    }

    [Fact]
    public async Task The_page_forbids_other_sites_and_can_be_switched_off()
    {
        await using var server = await RunningServer.Start(trains: false);
        using var page = await server.Client.GetAsync("/");
        Assert.Contains("default-src 'self'", string.Join("; ", page.Headers.GetValues("Content-Security-Policy")));
        await using var without = await RunningServer.Start(options => options.Pages = false, trains: false);
        foreach (var path in (string[])["/", "/sign-in", "/_blazor/negotiate"])
        {
            using var none = await without.Client.GetAsync(path);
            Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        }
    }

    [Fact]
    public async Task Scripts_and_styles_are_served_packed_and_plain()
    {
        await using var server = await RunningServer.Start(trains: false);
        var html = await server.Client.GetStringAsync("/");
        foreach (var name in (string[])[
            "blazor.web.js", "Radzen.Blazor.min.js", "css/standard.css", "css/standard-dark.css", "css/peft.css"])
        {
            var address = html.Split('"').Single(part => part.EndsWith($"/{name}", StringComparison.Ordinal));
            var plain = await server.Client.GetByteArrayAsync(address);
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Add("Accept-Encoding", "gzip");
            using var packed = await server.Client.SendAsync(request);
            Assert.Equal("gzip", Assert.Single(packed.Content.Headers.ContentEncoding));
            Assert.True((await packed.Content.ReadAsByteArrayAsync()).Length < plain.Length);
        }

        using var none = await server.Client.GetAsync("/_peft/x/none.js");
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    private static async Task<string> Redirect(RunningServer server, string path)
    {
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = server.Client.BaseAddress };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept", "text/html");
        using var answer = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal("", await answer.Content.ReadAsStringAsync());
        return answer.Headers.Location!.ToString();
    }
}
