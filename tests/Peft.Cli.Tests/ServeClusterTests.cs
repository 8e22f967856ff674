using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Peft.Hosting.Tests;

namespace Peft.Cli.Tests;

/// <summary>Two processes of <c>peft serve</c> with one queue in PostgreSQL and one folder of runs.</summary>
public sealed class ServeClusterTests : IDisposable
{
    private readonly string _runs = Directory.CreateTempSubdirectory("peft-cluster-").FullName;

    public void Dispose() => Directory.Delete(_runs, recursive: true);

    [Fact]
    public async Task When_one_is_killed_the_other_ends_its_job()
    {
        Assert.SkipWhen(PostgreSqlServer.Programs is null, "PostgreSQL is not installed (apt-get install postgresql)");
        using var database = new PostgreSqlServer();
        string[] arguments = ["serve", "--runs", _runs, "--urls", "http://127.0.0.1:0", "--postgresql", database.ConnectionString];
        using var first = await ServeProcess.Start(arguments);
        using var client = new HttpClient { BaseAddress = new Uri(first.Url) };
        await Submit(client, "long");
        await Step("long"); // the first host trains it, as there is no other
        using var second = await ServeProcess.Start(arguments);
        using var other = new HttpClient { BaseAddress = new Uri(second.Url), Timeout = TimeSpan.FromMinutes(3) };
        await first.Kill();
        await other.GetStringAsync("/v1/jobs/long/events"); // until it has ended
        var job = (await other.GetFromJsonAsync<JsonNode>("/v1/jobs/long"))!;
        Assert.Equal(("succeeded", 2), ((string?)job["state"], (int)job["attempts"]!));
        Assert.Equal(PeftCommand.Success, (await second.Stop()).Code);
    }

    [Fact]
    public async Task A_database_that_cannot_be_reached_is_one_line()
    {
        var failed = await CommandProcess.Run(
            new Dictionary<string, string?> { ["PEFT_POSTGRESQL"] = $"Host={_runs};Username=peft" },
            arguments: ["serve", "--runs", _runs, "--urls", "http://127.0.0.1:0"]);
        failed.AssertFails("the database of the jobs cannot be used");
    }

    private static async Task Submit(HttpClient client, string name)
    {
        var options = new Dictionary<string, object>
        {
            ["method"] = "adamix(lora)", ["backbone"] = "builtin", ["train-limit"] = 64, ["dev-limit"] = 16, ["batch-size"] = 8,
            ["epochs"] = 20, ["threads"] = 1,
        };
        using var answer = await client.PostAsJsonAsync("/v1/jobs", new { name, options });
        answer.EnsureSuccessStatusCode();
    }

    private async Task Step(string name)
    {
        var events = Path.Combine(_runs, name, "events.jsonl");
        while (!File.Exists(events) || new FileInfo(events).Length < 2000)
            await Task.Delay(20, TestContext.Current.CancellationToken);
    }
}
