using System.Net;

namespace Peft.Data.Tests;

/// <summary>A hub that does everything wrong that a hub, or the way to it, can do.</summary>
public sealed class MisbehaviourTests : IDisposable
{
    private const string Weights = "model.safetensors";

    private readonly FakeHub _hub = new();

    public void Dispose() => _hub.Dispose();

    [Fact]
    public async Task A_connection_that_breaks_is_taken_up_where_it_broke()
    {
        OnWeights(times: 2, async exchange =>
        {
            var content = _hub.Files[Weights];
            await exchange.Head(exchange.From == 0
                ? 200 : 206, content.Length - exchange.From,
                [.. _hub.Headers(Weights), $"Content-Range: bytes {exchange.From}-{content.Length - 1}/{content.Length}"]);
            await exchange.Body(content.AsMemory(exchange.From, 100_000));
        });
        await AssertWhole();
        var starts = _hub.Fetched.Where(one => one.StartsWith(Weights, StringComparison.Ordinal)).ToList();
        Assert.Equal(3, starts.Count);
        Assert.Equal([$"{Weights} 0", $"{Weights} 100000", $"{Weights} 200000"], starts);
    }

    [Fact]
    public async Task What_an_earlier_download_left_is_gone_on_with()
    {
        var blob = Path.Combine(_hub.Repository, "blobs", FakeHub.Checksum(Weights, _hub.Files[Weights]));
        Directory.CreateDirectory(Path.GetDirectoryName(blob)!);
        File.WriteAllBytes(blob + ".incomplete", _hub.Files[Weights][..250_000]);
        await AssertWhole();
        Assert.Contains($"{Weights} 250000", _hub.Fetched);
        Assert.False(File.Exists(blob + ".incomplete"));
    }

    [Fact]
    public async Task A_server_that_ignores_ranges_sends_all_again()
    {
        var broke = false;
        OnWeights(times: 9, async exchange =>
        {
            await exchange.Head(200, 300_000, _hub.Headers(Weights));
            await exchange.Body(_hub.Files[Weights].AsMemory(0, broke ? 300_000 : 1000));
            broke = true;
        });
        await AssertWhole();
    }

    [Fact]
    public async Task A_connection_that_always_breaks_is_given_up_and_what_came_is_kept()
    {
        OnWeights(times: 99, async exchange =>
        {
            await exchange.Head(200, 300_000, _hub.Headers(Weights));
            await exchange.Body(_hub.Files[Weights].AsMemory(0, 1000));
        });
        Assert.Contains("failed 4 times", (await Assert.ThrowsAsync<HubConnectionException>(() => _hub.Download())).Message);
        Assert.Contains(Directory.GetFiles(Path.Combine(_hub.Repository, "blobs")), file => file.EndsWith(
            ".incomplete", StringComparison.Ordinal));
        Assert.False(File.Exists(Path.Combine(_hub.Repository, "refs", "main")));
    }

    [Fact]
    public async Task Bytes_that_were_changed_are_noticed_and_removed()
    {
        OnWeights(times: 99, exchange =>
        {
            byte[] changed = [.. _hub.Files[Weights]];
            changed[^1] ^= 1;
            return exchange.Answer(200, changed, _hub.Headers(Weights));
        });
        Assert.Contains("its checksum is", (await Assert.ThrowsAsync<HubIntegrityException>(() => _hub.Download())).Message);
        AssertNothingOfWeights();
    }

    [Fact]
    public async Task More_bytes_than_announced_are_refused()
    {
        OnWeights(times: 99, exchange => exchange.Answer(200, [.. _hub.Files[Weights], 1], _hub.Headers(Weights)));
        Assert.Contains("more than the 300000 bytes", (await Assert.ThrowsAsync<HubIntegrityException>(() => _hub.Download())).Message);
        AssertNothingOfWeights();
    }

    [Fact]
    public async Task A_redirect_elsewhere_is_followed_without_the_token()
    {
        using var other = new LocalServer(exchange => exchange.Answer(200, _hub.Files[Weights]));
        _hub.Before = async exchange =>
        {
            if (!exchange.Path.EndsWith(Weights, StringComparison.Ordinal))
                return false;
            // The headers of the endpoint count: those of the other host need not be trusted.
            await exchange.Answer(302, null, [.. _hub.Headers(Weights),
                $"X-Linked-Etag: \"{FakeHub.Checksum(Weights, _hub.Files[Weights])}\"", "X-Linked-Size: 300000",
                $"Location: {other.Address}/weights"]);
            return true;
        };
        await AssertWhole();
        Assert.All(_hub.Server.Requests, request => Assert.Equal("Bearer secret", request.Headers["authorization"]));
        Assert.False(Assert.Single(other.Requests).Headers.ContainsKey("authorization"));
    }

    [Fact]
    public async Task Redirects_in_a_circle_and_to_other_kinds_of_addresses_end()
    {
        Redirect("/again");
        Assert.Contains("more than 10 times", (await Assert.ThrowsAsync<HubAnswerException>(() => _hub.Download())).Message);
        Redirect("file:///etc/hostname");
        Assert.Contains("file://", (await Assert.ThrowsAsync<HubAnswerException>(() => _hub.Download())).Message);
    }

    [Theory]
    [InlineData(401, "refuses the token")]
    [InlineData(403, "refuses the token")]
    [InlineData(404, "no such thing")]
    [InlineData(400, "answered 400")]
    public async Task Refusals_are_told_and_not_tried_again(int status, string said)
    {
        Always(status);
        var problem = await Assert.ThrowsAsync<HubAnswerException>(() => _hub.Download());
        Assert.Contains(said, problem.Message);
        Assert.Equal((HttpStatusCode)status, problem.Status);
        Assert.Single(_hub.Server.Requests);
        Assert.Contains("HF_TOKEN", status == 401
            ? (await Assert.ThrowsAsync<HubAnswerException>(() => _hub.Download(_hub.Settings with { Token = null }))).Message
            : "HF_TOKEN");
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Passing_troubles_are_waited_out_a_limited_number_of_times(int status)
    {
        var left = 2;
        _hub.Before = async exchange =>
        {
            if (left-- <= 0)
                return false;
            await exchange.Answer(status, null, "Retry-After: 0");
            return true;
        };
        await AssertWhole();
        Always(status);
        var before = _hub.Server.Requests.Count;
        Assert.Equal((HttpStatusCode)status, (await Assert.ThrowsAsync<HubAnswerException>(() => _hub.Download())).Status);
        Assert.Equal(before + 4, _hub.Server.Requests.Count);
    }

    [Fact]
    public async Task Retry_after_is_obeyed_up_to_a_limit()
    {
        // A minute is asked for and the limit is short: without the limit the test would not end, without the header it would wait for an
        // hour.
        var left = 1;
        _hub.Before = async exchange =>
        {
            if (left-- <= 0)
                return false;
            await exchange.Answer(429, null, "Retry-After: 3600");
            return true;
        };
        await _hub.Download(_hub.Settings with { RetryDelay = TimeSpan.FromHours(1), LongestWait = TimeSpan.FromMilliseconds(20) });
    }

    [Fact]
    public async Task Slow_bytes_arrive_and_silence_does_not_last()
    {
        _hub.Files[Weights] = [1, 2, 3, 4, 5];
        OnWeights(times: 1, async exchange =>
        {
            await exchange.Head(200, 5, _hub.Headers(Weights));
            for (var at = 0; at < 3; at++)
            {
                await exchange.Body(_hub.Files[Weights].AsMemory(at, 1));
                await Task.Delay(50);
            }

            await Task.Delay(TimeSpan.FromMinutes(10)); // the rest never comes
        });
        var folder = await _hub.Download(_hub.Settings with { Silence = TimeSpan.FromSeconds(2) });
        Assert.Equal(_hub.Files[Weights], File.ReadAllBytes(Path.Combine(folder, Weights)));
        Assert.Contains($"{Weights} 3", _hub.Fetched);
    }

    [Theory]
    [InlineData("../outside.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../b")]
    [InlineData("a\\..\\b")]
    [InlineData("c:file")]
    [InlineData("a//b")]
    public async Task A_file_that_climbs_out_of_the_folder_is_refused_by_name(string name)
    {
        _hub.Listed.Add(name);
        Assert.Contains(name, (await Assert.ThrowsAsync<HubFileNameException>(() => _hub.Download())).Message);
        Assert.Empty(_hub.Fetched);
    }

    [Theory]
    [InlineData("not JSON")]
    [InlineData("[]")]
    [InlineData("{\"sha\":\"../../x\",\"siblings\":[]}")]
    [InlineData("{\"sha\":\"0123456789abcdef0123456789abcdef01234567\"}")]
    [InlineData("{\"sha\":\"0123456789abcdef0123456789abcdef01234567\",\"siblings\":[1]}")]
    public async Task An_answer_that_is_none_is_refused(string body)
    {
        _hub.Before = async exchange =>
        {
            await exchange.Answer(200, System.Text.Encoding.UTF8.GetBytes(body));
            return true;
        };
        await Assert.ThrowsAsync<HubAnswerException>(() => _hub.Download());
    }

    [Theory]
    [InlineData("ETag: \"../../x\"")]
    [InlineData("X-None: 1")]
    [InlineData("X-Repo-Commit: ffffffffffffffffffffffffffffffffffffffff")]
    public async Task A_file_without_a_checksum_or_of_another_commit_is_refused(string header)
    {
        _hub.Before = async exchange =>
        {
            if (exchange.Method != "HEAD")
                return false;
            await exchange.Answer(200, _hub.Files["config.json"], header);
            return true;
        };
        await Assert.ThrowsAsync<HubAnswerException>(() => _hub.Download());
        Assert.Empty(_hub.Fetched);
    }

    private void OnWeights(int times, Func<HttpExchange, Task> answer) => _hub.Before = async exchange =>
    {
        if (exchange.Method != "GET" || !exchange.Path.EndsWith(Weights, StringComparison.Ordinal) || times-- <= 0)
            return false;
        await answer(exchange);
        return true;
    };

    private void Always(int status) => _hub.Before = async exchange =>
    {
        await exchange.Answer(status);
        return true;
    };

    private void Redirect(string location) => _hub.Before = async exchange =>
    {
        await exchange.Answer(307, null, $"Location: {location}");
        return true;
    };

    private async Task AssertWhole() => Assert.Equal(_hub.Files[Weights], File.ReadAllBytes(Path.Combine(await _hub.Download(), Weights)));

    private void AssertNothingOfWeights() =>
        Assert.DoesNotContain(Directory.GetFiles(Path.Combine(_hub.Repository, "blobs")), file => file.Contains(
            FakeHub.Checksum(Weights, _hub.Files[Weights]), StringComparison.Ordinal) && new FileInfo(file).Length > 0);
}
