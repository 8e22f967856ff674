using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Peft.Server.Tests;

/// <summary>What must not stop the program examples/WebHost, in processes of its own.</summary>
public sealed class WebHostTests : IDisposable
{
    private const string Listening = "Now listening on: ";

    private static readonly string s_program = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "WebHost", "release", "WebHost"));

    private readonly string _folder = Directory.CreateTempSubdirectory("peft-webhost-").FullName;
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromMinutes(2));
    private readonly List<Process> _processes = [];

    public void Dispose()
    {
        foreach (var process in _processes)
        {
            if (!process.HasExited)
                process.Kill();
            process.WaitForExit();
            process.Dispose();
        }

        _patience.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Tickets_that_are_posted_to_two_instances_at_once_are_all_kept()
    {
        using var first = await Connect(Start());
        using var second = await Connect(Start("--Peft:Jobs:Trains=false"));
        var texts = Enumerable.Range(0, 200).Select(index => $"{index} {new string('x', 50 * (index % 7))}").ToList();
        var answers = await Task.WhenAll(texts.Select((text, index) => (index % 2 == 0 ? first : second).PostAsJsonAsync(
            "/tickets", (object[])[new { text, label = "a" }, new { text, label = "b" }], _patience.Token)));
        Assert.All(answers, answer => Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}"));
        var kept = (await File.ReadAllLinesAsync(Path.Combine(_folder, "tickets.jsonl"))).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(
            texts.SelectMany(text => (string[])[$"{text} a", $"{text} b"]).Order(StringComparer.Ordinal),
            kept.Select(ticket => $"{ticket["text"]} {ticket["label"]}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_adapter_that_cannot_be_loaded_is_logged_and_the_service_goes_on()
    {
        var run = Directory.CreateDirectory(Path.Combine(_folder, "runs", "broken")).FullName;
        await using (var server = await RunningServer.Start(trains: false, hasPredictor: false))
        {
            await server.Submit("broken");
            var job = await File.ReadAllTextAsync(Path.Combine(server.Folder, "broken", "job.json"));
            await File.WriteAllTextAsync(
                Path.Combine(run, "job.json"), job.Replace("\"queued\"", "\"succeeded\"", StringComparison.Ordinal));
        }

        var process = Start();
        using var client = await Connect(process);
        await Line(process, "The newest adapter cannot be loaded");
        await Task.Delay(1500, _patience.Token); // the host would end now
        Assert.False(process.HasExited);
        Assert.Equal("Healthy", await client.GetStringAsync("/health", _patience.Token));
    }

    private Process Start(params string[] arguments)
    {
        string[] always = ["--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Microsoft.AspNetCore=Warning"]; // no line for each request
        var process = Process.Start(new ProcessStartInfo(s_program, [.. always, .. arguments])
        {
            WorkingDirectory = _folder, RedirectStandardOutput = true,
        })!;
        _processes.Add(process);
        return process;
    }

    private async Task<HttpClient> Connect(Process process)
    {
        var line = await Line(process, Listening);
        return new HttpClient { BaseAddress = new Uri(line[(line.IndexOf(Listening, StringComparison.Ordinal) + Listening.Length)..]) };
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
}
