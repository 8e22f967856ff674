using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Peft.Cli.Remote;
using Peft.Training;

namespace Peft.Cli.Tests;

/// <summary><c>peft compare</c> and <c>peft sweep</c> whose runs are jobs of a server.</summary>
public sealed class SubmitTests : IDisposable
{
    private static readonly string[] s_small =
    [
        "--train-limit", "64", "--dev-limit", "16", "--batch-size", "8", "--threads", "1", "--set", "lora.rank=4",
        "--set", "houlsby.size=8", "--set", "houlsby.activation=gelu",
    ];

    private static readonly string[] s_builtIn = ["--backbone", "builtin"];

    private readonly string _folder = Directory.CreateTempSubdirectory("peft-submit-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_comparison_has_the_runs_that_it_has_here()
    {
        using var server = await Serve();
        var here = Compare("here");
        var there = Compare("there", "--submit", server.Url);
        Assert.True(there.ExitCode == 0, there.Error);
        Assert.Contains("4 runs as jobs of", there.Error);
        Assert.Contains("(4 of 4 runs)", there.Error);
        Assert.Equal(here.ExitCode, there.ExitCode);
        var files = Adapters("here");
        Assert.Equal(4, files.Count);
        Assert.Equal(files, Adapters("there"));

        // What is there already is not trained again, here or on the server.
        var again = Compare("there", "--submit", server.Url, "--reuse");
        Assert.True(again.ExitCode == 0, again.Error);
        Assert.DoesNotContain("runs as jobs", again.Error);
        Assert.True(Compare("other", "--submit", server.Url).ExitCode == 0);
        using var client = new HttpClient { BaseAddress = new Uri(server.Url) };
        Assert.Equal(4, (await client.GetStringAsync("/v1/jobs")).Split("\"name\"").Length - 1);
        var evaluated = Cli.Run("eval", Directory.GetDirectories(Path.Combine(_folder, "there"), "seed-1", SearchOption.AllDirectories)[0]);
        Assert.True(evaluated.ExitCode == 0, evaluated.Error);
    }

    [Fact]
    public async Task A_server_that_is_killed_and_started_again_ends_the_runs()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
        free.Stop();
        using var first = await Serve("--urls", url);
        var comparing = Task.Run(() => Compare("killed", "--submit", url, "--epochs", "12"));
        var events = Path.Combine(_folder, "runs");
        while (!Directory.EnumerateFiles(events, "events.jsonl", SearchOption.AllDirectories).Any(file => new FileInfo(file).Length > 2000))
        {
            Assert.False(comparing.IsCompleted, comparing.IsCompleted ? (await comparing).Error : "");
            await Task.Delay(20);
        }

        await first.Kill();
        using var second = await Serve("--urls", url);
        var compared = await comparing;
        Assert.True(compared.ExitCode == 0, compared.Error);
        Assert.Equal(4, Adapters("killed").Count);
    }

    [Fact]
    public async Task A_sweep_writes_the_best_configuration()
    {
        var file = Path.Combine(_folder, "sweep.yaml");
        await File.WriteAllTextAsync(file, """
            options: { train-limit: 64, dev-limit: 16, epochs: 1, backbone: builtin }
            parameters: { method: [lora, houlsby] }
            seeds: [1, 2]
            """);
        using var server = await Serve();
        var swept = Cli.Run("sweep", file, "--submit", server.Url);
        Assert.True(swept.ExitCode == 0, swept.Error);
        Assert.Contains("(4 of 4 runs)", swept.Error);
        Assert.True(File.Exists(Path.Combine(_folder, "sweep", "best.yaml")));
    }

    [Fact]
    public async Task A_study_has_the_cells_that_it_has_here()
    {
        using var server = await Serve();
        string[] study = ["paper", "run", "study-c", "--scale", "smoke", "--threads", "1"];
        var (here, there) = (Path.Combine(_folder, "here"), Path.Combine(_folder, "there"));
        Assert.Equal(0, Cli.Run([.. study, "--output", here]).ExitCode);
        var run = Cli.Run([.. study, "--output", there, "--submit", server.Url]);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains(" as a job of ", run.Error);
        Assert.DoesNotContain("run again", run.Error);
        var cells = Directory.GetFiles(here, "cell.json", SearchOption.AllDirectories);
        Assert.NotEmpty(cells);
        foreach (var cell in cells)
        {
            var (one, other) = (Read(cell), Read(Path.Combine(there, Path.GetRelativePath(here, cell))));
            foreach (var part in (string[])["metrics", "evaluations", "settings", "predicted"])
                Assert.Equal($"{one[part]}", $"{other[part]}");
        }

        static JsonNode Read(string file) => JsonNode.Parse(File.ReadAllText(file))!;
    }

    [Fact]
    public async Task What_the_server_refuses_is_one_line()
    {
        var key = Path.Combine(_folder, "key");
        await File.WriteAllTextAsync(key, "a-key-of-some-length\n");
        using var server = await Serve("--api-key-file", key);
        Fails(Compare("a", "--submit", server.Url), PeftCommand.Failure, "give the server's key in --api-key-file or PEFT_API_KEY");
        string[] submit = ["--submit", server.Url, "--api-key-file", key];
        Fails(Compare("a", [.. submit, "--backbone", "roberta-large"]), PeftCommand.Failure, "'roberta-large' is not served");
        Fails(Compare("a", [.. submit, "--data", "../secret.csv"]), PeftCommand.Failure, "this server has no data folder");
        Fails(Compare("a", [.. submit, "--parallel", "2"]), PeftCommand.Usage, "leave one out");
        Fails(Compare("a", "--submit", "localhost"), PeftCommand.Usage, "expected an address");
        Fails(Compare("a", "--submit", "http://127.0.0.1:1"), PeftCommand.Failure, "does `peft serve` run there?");
        Assert.False(Directory.Exists(Path.Combine(_folder, "a")));
    }

    [Fact]
    public async Task A_file_that_a_server_lists_outside_the_run_s_folder_is_not_written()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var hostile = builder.Build();
        hostile.Urls.Add("http://127.0.0.1:0");
        hostile.MapPost("/v1/jobs", () => Results.Accepted());
        hostile.MapGet("/v1/jobs/{name}", () => new { State = "succeeded" });
        hostile.MapDelete("/v1/jobs/{name}", () => Results.Conflict());
        hostile.MapGet("/v1/runs/{name}/files", () => (object[])[new { Path = "../../../evil", Bytes = 1 }]);
        hostile.MapGet("/v1/runs/{name}/files/{**path}", () => "evil");
        await hostile.StartAsync();
        Fails(Compare("a", "--submit", hostile.Urls.First()), PeftCommand.Failure, "outside the run's folder");
        Assert.Empty(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task A_client_that_stops_cancels_the_jobs_that_it_queued_and_no_other(bool queues, int expected)
    {
        using var stop = new CancellationTokenSource();
        var cancelled = 0;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapPost("/v1/jobs", () => queues ? Results.Accepted() : Results.Conflict()); // a conflict: another client queued it
        app.MapGet("/v1/jobs/{name}", () =>
        {
            stop.CancelAfter(100); // while the client waits for the end
            return new { State = "running" };
        });
        app.MapDelete("/v1/jobs/{name}", () => Interlocked.Increment(ref cancelled));
        await app.StartAsync();
        using var server = new RemoteServer(app.Urls.First(), key: null);
        var run = new SubmittedRun(new TrainingOptions { Output = Path.Combine(_folder, "a"), Backbone = "builtin", Task = "builtin" });
        await new RemoteRuns(server, _ => { }).TrainAsync([run], stop.Token);
        Assert.Equal(expected, cancelled);
    }

    private static void Fails(Cli ended, int code, string says)
    {
        Assert.Contains(says, ended.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(code, ended.ExitCode);
        Assert.Single(ended.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => !line.Contains("runs as jobs"));
    }

    private Cli Compare(string output, params string[] rest)
    {
        string[] epochs = rest.Contains("--epochs") ? [] : ["--epochs", "2"], backbone = rest.Contains("--backbone") ? [] : s_builtIn;
        return Cli.Run(
            ["compare", "--methods", "lora,houlsby", "--seeds", "1,2", "--output", Path.Combine(_folder, output), .. s_small, .. epochs,
                .. backbone, .. rest]);
    }

    private Task<ServeProcess> Serve(params string[] rest)
    {
        string[] urls = rest.Contains("--urls") ? [] : ["--urls", "http://127.0.0.1:0"];
        return ServeProcess.Start(["serve", "--runs", Path.Combine(_folder, "runs"), .. urls, .. rest]);
    }

    /// <summary>The adapters of runs by their place.</summary>
    private SortedDictionary<string, string> Adapters(string folder)
    {
        var root = Path.Combine(_folder, folder);
        return new(Directory.GetFiles(root, "adapter.safetensors", SearchOption.AllDirectories).ToDictionary(
            file => Path.GetRelativePath(root, file), file => Convert.ToHexString(File.ReadAllBytes(file))));
    }
}
