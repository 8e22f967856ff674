using System.Text;

namespace Peft.Data.Tests;

/// <summary>Answers of a hub without end, of any type and of any length: refused in one line, in bounded time and memory.</summary>
public sealed class HostileAnswerTests : IDisposable
{
    private const string Weights = "model.safetensors";

    private readonly FakeHub _hub = new();

    public void Dispose() => _hub.Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData(8_000_000_000L)]
    public async Task A_listing_without_end_is_cut_off(long? announced)
    {
        var sent = 0L;
        _hub.Before = async exchange =>
        {
            await exchange.Head(200, announced);
            for (var part = new byte[1 << 20]; sent < 1L << 30; sent += part.Length)
                await exchange.Body(part);
            return true;
        };
        await Refused<HubAnswerException>("more than 32 MB");
        Assert.True(sent < 100 << 20, $"{sent} bytes were taken");
        Assert.Single(_hub.Server.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Bytes_that_trickle_do_not_hold_the_program(bool weights)
    {
        _hub.Before = async exchange =>
        {
            if (weights && !(exchange.Method == "GET" && exchange.Path.EndsWith(Weights, StringComparison.Ordinal)))
                return false;
            await exchange.Head(200, 300_000, weights ? _hub.Headers(Weights) : []);
            for (var i = 0; i < 300_000; i++)
            {
                await exchange.Body(new byte[1]);
                await Task.Delay(20);
            }

            return true;
        };
        // Fifty times the pause between two bytes, so that a busy machine is not taken for silence.
        var settings = _hub.Settings with { Silence = TimeSpan.FromSeconds(1), Retries = 0 };
        var problem = await Assert.ThrowsAsync<HubConnectionException>(
            () => _hub.Download(settings).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        Assert.Matches("only [0-9]+ bytes arrived in 10 s|did not end within 10 s", problem.Message);
    }

    [Fact]
    public async Task A_repository_larger_than_the_disk_is_not_begun()
    {
        _hub.Before = async exchange =>
        {
            if (exchange.Method != "HEAD" || !exchange.Path.EndsWith(Weights, StringComparison.Ordinal))
                return false;
            await exchange.Head(200, null, [.. _hub.Headers(Weights), "X-Linked-Size: 1000000000000000000"]);
            return true;
        };
        await Refused<HubSpaceException>("1,000,000,000,000,0", "HF_HUB_CACHE");
        Assert.Empty(_hub.Fetched);
        Assert.False(Directory.Exists(_hub.Repository));
    }

    [Fact]
    public async Task Settings_of_gigabytes_are_refused()
    {
        _hub.Before = async exchange =>
        {
            if (exchange.Method != "HEAD")
                return false;
            await exchange.Head(200, null, [.. _hub.Headers("config.json"), "X-Linked-Size: 5000000000"]);
            return true;
        };
        await Refused<HubAnswerException>("config.json with 5,000,000,000 bytes");
    }

    [Theory]
    [InlineData(100, "sends 100")]
    [InlineData(400_000, "more than the 300000 bytes")]
    public async Task An_answer_of_another_length_is_refused_before_it_is_read(long length, string said)
    {
        _hub.Before = async exchange =>
        {
            if (exchange.Method != "GET" || !exchange.Path.EndsWith(Weights, StringComparison.Ordinal))
                return false;
            await exchange.Head(200, length, _hub.Headers(Weights));
            return true;
        };
        await Refused<HubIntegrityException>(said);
        Assert.DoesNotContain(Directory.GetFiles(Path.Combine(_hub.Repository, "blobs")), file => file.EndsWith(
            ".incomplete", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Content-Encoding: gzip", "compressed")]
    [InlineData("Location: http://[", "names no valid address")]
    [InlineData("X-None: 1", "names no valid address")]
    [InlineData("Location: http://elsewhere.invalid/x", "redirects to another host")]
    public async Task Headers_that_lead_nowhere_are_refused(string header, string said)
    {
        _hub.Before = async exchange =>
        {
            await exchange.Answer(header.StartsWith("Content", StringComparison.Ordinal) ? 200 : 302, new byte[100], header);
            return true;
        };
        await Refused<HubAnswerException>(said);
    }

    [Fact]
    public async Task A_million_files_are_listed_and_few_are_named()
    {
        _hub.Files.Remove("config.json");
        _hub.Listed.AddRange(Enumerable.Range(0, 1_000_000).Select(i => $"{i}"));
        Assert.True((await Refused<HubContentException>("and 999", " more")).Message.Length < 1000);
        _hub.Listed.Clear();
        _hub.Listed.AddRange(Enumerable.Range(0, 20_000).Select(i => $"model-{i}.safetensors"));
        _hub.Files.Remove(Weights);
        (_hub.Files["config.json"], _hub.Files["model.safetensors.index.json"]) = ([1], [1]);
        await Refused<HubContentException>("20003 files");
        Assert.DoesNotContain(_hub.Server.Requests, request => request.Method == "HEAD");
    }

    [Theory]
    [InlineData("a\u001b[2Jb")]
    [InlineData("a\nb")]
    [InlineData("a\u0000b")]
    public async Task Control_characters_of_names_do_not_reach_the_terminal(string name)
    {
        _hub.Listed.Add(name);
        Assert.DoesNotContain((await Refused<HubFileNameException>("a\\u00")).Message, char.IsControl);
    }

    [Fact]
    public async Task Every_field_of_a_listing_may_be_of_any_type()
    {
        string[] values = ["null", "true", "1.5", "-1", "1e300", "\"\"", "\"x\"", "\"\\ud800\"", "[]", "[null]", "{}", "[[1]]"];
        string[] shapes =
        [
            "V", $"{{\"sha\":V,\"siblings\":[{{\"rfilename\":\"config.json\"}}]}}", $"{{\"sha\":\"{FakeHub.Commit}\",\"siblings\":V}}",
            $"{{\"sha\":\"{FakeHub.Commit}\",\"siblings\":[V]}}", $"{{\"sha\":\"{FakeHub.Commit}\",\"siblings\":[{{\"rfilename\":V}}]}}",
        ];
        foreach (var body in shapes.SelectMany(shape => values.Select(value => shape.Replace("V", value, StringComparison.Ordinal))))
        {
            _hub.Before = async exchange =>
            {
                await exchange.Answer(200, Encoding.UTF8.GetBytes(body));
                return true;
            };
            var problem = await Assert.ThrowsAnyAsync<HubException>(() => _hub.Download());
            Assert.Contains(FakeHub.Id, problem.Message);
        }

        Assert.Empty(_hub.Fetched);
    }

    private async Task<T> Refused<T>(params string[] parts)
        where T : HubException
    {
        var problem = await Assert.ThrowsAsync<T>(() => _hub.Download());
        Assert.All(parts, part => Assert.Contains(part, problem.Message));
        return problem;
    }
}
