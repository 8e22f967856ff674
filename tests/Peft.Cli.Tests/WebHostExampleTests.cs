using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Peft.Cli.Tests;

/// <summary>The program examples/WebHost, in a process of its own, and the page that shows it.</summary>
public sealed class WebHostExampleTests : IDisposable
{
    private const string Listening = "Now listening on: ";

    private static readonly string s_program = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "WebHost", "release", "WebHost"));

    private readonly string _folder = Directory.CreateTempSubdirectory("peft-webhost-").FullName;
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromMinutes(4));

    public void Dispose()
    {
        _patience.Cancel(); // kills what a failed test left behind
        _patience.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void The_page_shows_the_example()
    {
        var root = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", ".."));
        var page = File.ReadAllText(Path.Combine(root, "docs", "guide", "hosting.md"));
        Assert.Contains($"```csharp\n{File.ReadAllText(Path.Combine(root, "examples", "WebHost", "Program.cs")).TrimEnd()}\n```\n", page);
    }

    [Fact]
    public async Task Tickets_that_are_posted_are_learned_and_the_newest_adapter_answers_also_after_a_restart()
    {
        using (var process = Start())
        {
            using var client = await Connect(process);
            Assert.Equal("Healthy", await client.GetStringAsync("/health"));
            using var early = await client.PostAsync("/train", null);
            Assert.Equal(HttpStatusCode.Conflict, early.StatusCode);
            using (await Predict(client, HttpStatusCode.NotFound))
                await Post(client, ["card", "parcel"]);
            await Train(client);
            Assert.Equal(["card", "parcel"], await Labels(client, 2));
            await Post(client, ["invoice"]);
            await Train(client);
            Assert.Equal(["card", "invoice", "parcel"], await Labels(client, 3));
            await Stop(process);
        }

        using var again = Start();
        using var later = await Connect(again);
        Assert.Equal(["card", "invoice", "parcel"], await Labels(later, 3));
        using (await Predict(later, HttpStatusCode.OK))
            await Stop(again);
    }

    [Fact]
    public async Task Tickets_that_are_posted_to_two_instances_at_once_are_all_kept()
    {
        using var process = Start();
        using var other = Start("--Peft:Jobs:Trains=false");
        using var first = await Connect(process);
        using var second = await Connect(other);
        var texts = Enumerable.Range(0, 200).Select(index => $"{index} {new string('x', 50 * (index % 7))}").ToList();
        var answers = await Task.WhenAll(texts.Select((text, index) => (index % 2 == 0 ? first : second).PostAsJsonAsync(
            "/tickets", (object[])[new { text, label = "a" }, new { text, label = "b" }], _patience.Token)));
        Assert.All(answers, answer => Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}"));
        var kept = (await File.ReadAllLinesAsync(Path.Combine(_folder, "tickets.jsonl"))).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(
            texts.SelectMany(text => (string[])[$"{text} a", $"{text} b"]).Order(StringComparer.Ordinal),
            kept.Select(ticket => $"{ticket["text"]} {ticket["label"]}").Order(StringComparer.Ordinal));
        await Stop(other);
        await Stop(process);
    }

    [Fact]
    public async Task An_adapter_that_cannot_be_loaded_is_logged_and_the_service_goes_on()
    {
        using (var process = Start())
        {
            using var client = await Connect(process);
            using (await Post(client, ["card", "parcel"]))
                await Train(client);
            await Stop(process);
        }

        File.WriteAllText(Directory.GetFiles(Path.Combine(_folder, "runs"), "adapter.json", SearchOption.AllDirectories)[0], "{");
        using var again = Start();
        using var later = new HttpClient { BaseAddress = new Uri(After(await Line(again, Listening), Listening)) };
        await Line(again, "The newest adapter cannot be loaded");
        Drain(again);
        await Task.Delay(1500, _patience.Token); // the host would end now
        Assert.Equal("Healthy", await later.GetStringAsync("/health", _patience.Token));
        await Stop(again);
    }

    private static Task<HttpResponseMessage> Post(HttpClient client, string[] subjects) => client.PostAsJsonAsync(
        "/tickets", Enumerable.Range(0, 24).SelectMany(index => subjects.Select(subject =>
            new { Text = $"my {subject} number {index} is lost", Label = subject })));

    private async Task Train(HttpClient client)
    {
        using var answer = await client.PostAsync("/train", null, _patience.Token);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var events = await client.GetStringAsync(answer.Headers.Location + "/events", _patience.Token); // until the job has ended
        Assert.Contains("succeeded", events, StringComparison.OrdinalIgnoreCase);
    }

    private async Task<HttpResponseMessage> Predict(HttpClient client, HttpStatusCode expected)
    {
        var answer = await client.PostAsJsonAsync("/v1/adapters/tickets/predict", new { Texts = (string[])["my card is lost"] });
        Assert.Equal(expected, answer.StatusCode);
        return answer;
    }

    /// <summary>The labels of the adapter, once it has as many as are awaited.</summary>
    private async Task<string[]> Labels(HttpClient client, int count)
    {
        for (; ; await Task.Delay(100, _patience.Token))
        {
            var adapters = await client.GetFromJsonAsync<JsonArray>("/v1/adapters", _patience.Token);
            if (adapters is [{ } adapter] && adapter["labels"]!.AsArray() is { } labels && labels.Count == count)
                return [.. labels.Select(label => label!.GetValue<string>()).Order()];
        }
    }

    private Process Start(params string[] arguments)
    {
        string[] always = ["--urls", "http://127.0.0.1:0", "--Peft:Training:Backbone=builtin", "--Peft:Training:Epochs=1"];
        var process = Process.Start(new ProcessStartInfo(s_program, [.. always, .. arguments])
        {
            WorkingDirectory = _folder, RedirectStandardOutput = true,
        })!;
        _patience.Token.Register(() => Kill(process));
        return process;
    }

    private async Task<HttpClient> Connect(Process process)
    {
        var address = After(await Line(process, Listening), Listening);
        Drain(process);
        return new HttpClient { BaseAddress = new Uri(address) };
    }

    /// <summary>Reads the output up to a line.</summary>
    private async Task<string> Line(Process process, string text)
    {
        while (await process.StandardOutput.ReadLineAsync(_patience.Token) is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
                return line;
        }

        throw new InvalidOperationException($"the program ended before it wrote '{text}'");
    }

    private static string After(string line, string text) => line[(line.IndexOf(text, StringComparison.Ordinal) + text.Length)..];

    /// <summary>Reads the rest of the output, or the program waits.</summary>
    private void Drain(Process process) => _ = process.StandardOutput.ReadToEndAsync(_patience.Token);

    private async Task Stop(Process process)
    {
        using (Process.Start("kill", ["-TERM", $"{process.Id}"]))
            await process.WaitForExitAsync(_patience.Token);
        Assert.Equal(0, process.ExitCode);
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // it has ended
        }
    }
}
