using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Peft.Cli.Tests;

/// <summary><c>peft serve</c> whose disk is too small for what a job writes.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly string _runs = Directory.CreateTempSubdirectory("peft-full-").FullName;

    public void Dispose() => Directory.Delete(_runs, recursive: true);

    [Fact]
    public async Task A_job_that_finds_the_disk_full_fails_with_the_reason_and_the_server_goes_on()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "only the superuser can mount a small file system");
        const string Mount = "mount -t tmpfs -o size=3m none \"$0\" && exec \"$@\"";
        using var server = await ServeProcess.StartBy(
            "unshare",
            ["--mount", "/bin/sh", "-c", Mount, _runs, ServeProcess.Program, "serve", "--runs", _runs, "--urls", "http://127.0.0.1:0"]);
        Assert.SkipWhen(server.Url.Length == 0, $"mounting is forbidden here ({server.FirstLine})");
        using var client = new HttpClient { BaseAddress = new Uri(server.Url), Timeout = TimeSpan.FromMinutes(2) };

        var large = await Train(client, "large", "full"); // its snapshot is larger than the disk
        Assert.Equal("failed", (string?)large["state"]);
        Assert.Contains("snapshot", (string?)large["error"]);
        Assert.Contains("space", (string?)large["error"]);
        Assert.DoesNotContain(_runs, large.ToJsonString());
        var small = await Train(client, "small", "bitfit");
        Assert.Equal(("succeeded", 1), ((string?)small["state"], (int)small["attempts"]!));
        Assert.Equal(PeftCommand.Success, (await server.Stop()).Code);
    }

    private static async Task<JsonNode> Train(HttpClient client, string name, string method)
    {
        var options = new Dictionary<string, object>
        {
            ["method"] = method, ["backbone"] = "builtin", ["train-limit"] = 512, ["dev-limit"] = 16, ["batch-size"] = 8, ["epochs"] = 1,
        };
        using var answer = await client.PostAsJsonAsync("/v1/jobs", new { name, options });
        answer.EnsureSuccessStatusCode();
        await client.GetStringAsync($"/v1/jobs/{name}/events"); // until it has ended
        return (await client.GetFromJsonAsync<JsonNode>($"/v1/jobs/{name}"))!;
    }
}
