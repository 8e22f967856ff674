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

    private Process Start()
    {
        var process = Process.Start(new ProcessStartInfo(
            s_program, ["--urls", "http://127.0.0.1:0", "--Peft:Training:Backbone=builtin", "--Peft:Training:Epochs=1"])
        {
            WorkingDirectory = _folder, RedirectStandardOutput = true,
        })!;
        _patience.Token.Register(() => Kill(process));
        return process;
    }

    private async Task<HttpClient> Connect(Process process)
    {
        while (await process.StandardOutput.ReadLineAsync(_patience.Token) is { } line)
        {
            if (!line.Contains(Listening, StringComparison.Ordinal))
                continue;
            _ = process.StandardOutput.ReadToEndAsync(_patience.Token); // must be read, or the program waits
            return new HttpClient { BaseAddress = new Uri(line[(line.IndexOf(Listening, StringComparison.Ordinal) + Listening.Length)..]) };
        }

        throw new InvalidOperationException("the program ended before it listened");
    }

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
