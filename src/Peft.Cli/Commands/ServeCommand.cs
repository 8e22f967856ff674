using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Peft.Cli.Remote;
using Peft.Hosting;
using Peft.Models;
using Peft.Server;
using Peft.Training;

namespace Peft.Cli.Commands;

/// <summary><c>peft serve</c>: jobs, runs and predictions over HTTP.</summary>
internal static class ServeCommand
{
    private const string PostgreSqlVariable = "PEFT_POSTGRESQL";

    private static readonly Option<string> s_runs = new("--runs")
    {
        Description = "folder of the jobs, each with its run", DefaultValueFactory = _ => "runs", HelpName = "DIR",
    };

    private static readonly Option<string?> s_postgreSql = new("--postgresql")
    {
        Description = $"database of the queue, for several hosts with one --runs [default: {PostgreSqlVariable}, or a file in --runs]",
        HelpName = "CONNECTION",
    };

    private static readonly Option<string[]> s_adapter = new("--adapter")
    {
        Description = "a run that is loaded at the start, under a name for requests; repeat for more", HelpName = "NAME=DIR",
    };

    private static readonly Option<string[]> s_urls = new("--urls")
    {
        Description = "address to listen on; one that other machines reach needs an API key", HelpName = "URL",
        DefaultValueFactory = _ => ["http://127.0.0.1:5080"],
    };

    private static readonly Option<string?> s_keyFile = ApiKeyOption.Create("file with the key that each request must carry");

    private static readonly Option<string?> s_data = new("--data")
    {
        Description = "folder of the files that jobs may name; without it, jobs name none", HelpName = "DIR",
    };

    private static readonly Option<string[]> s_backbone = new("--backbone")
    {
        Description = "a further backbone that jobs may name, beside minilm, builtin and builtin-gpt2; downloaded at the start; "
            + "repeat for more", HelpName = "NAME",
    };

    private static readonly Option<int?> s_mostRows = NumberOption.Whole(
        "--most-rows", "texts that are computed together at most; 1 for each alone [default: 32]", min: 1);

    private static readonly Option<string> s_device = CommonOptions.Device();

    public static Command Create()
    {
        var command = new Command(
            "serve",
            "Serve training jobs, runs and predictions over HTTP, with a live page at /. Jobs survive a restart. /openapi/v1.json "
            + "describes the API.\n\n"
            + "Examples:\n"
            + "  peft serve --adapter tickets=runs/tickets\n"
            + "  curl localhost:5080/v1/adapters/tickets/predict --json '{\"texts\": [\"my card is lost\"]}'\n"
            + "  curl localhost:5080/v1/jobs --json '{\"name\": \"a\", \"options\": {\"method\": \"adamix(lora)\"}}'\n"
            + "  curl -N localhost:5080/v1/jobs/a/events\n"
            + "  PEFT_API_KEY=$(cat key) peft serve --urls http://0.0.0.0:5080 --data datasets")
        {
            s_runs, s_postgreSql, s_adapter, s_urls, s_keyFile, s_data, s_backbone, s_mostRows, s_device,
        };
        command.SetAction(PeftCommand.Guard((parsed, cancellation) => RunAsync(parsed, cancellation).GetAwaiter().GetResult(),
            Stopping.AfterStep));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var (urls, key) = (parsed.GetValue(s_urls)!, ApiKeyOption.Read(parsed.GetValue(s_keyFile)));
        foreach (var url in urls)
            CheckAddress(url, key);
        var given = (parsed.GetValue(s_adapter) ?? []).Select(ReadAdapter).ToList();
        if (given.GroupBy(adapter => adapter.Name).FirstOrDefault(same => same.Count() > 1) is { Key: var twice })
            throw new UsageException($"--adapter: the name '{twice}' is given twice; give each run a name of its own.");
        if (parsed.GetValue(s_data) is { } data && !Directory.Exists(data))
            throw new UsageException($"--data: there is no folder {data}; name one that exists.");
        _ = DeviceChoice.Parse(parsed.GetValue(s_device)!); // refuses a GPU that is not there, also without an adapter
        var adapters = given.ToDictionary();
        await using var app = Build(parsed, key, adapters, cancellation);
        foreach (var url in urls)
            app.Urls.Add(url);
        await app.StartAsync(cancellation);
        Console.Error.WriteLine($"peft: serving on {string.Join(", ", app.Urls)}; jobs in {parsed.GetValue(s_runs)}; adapters: "
            + $"{(adapters.Count > 0 ? string.Join(", ", adapters.Keys) : "none")}. Ctrl+C stops.");
        await Task.Delay(Timeout.Infinite, cancellation).ContinueWith(_ => { }, TaskScheduler.Default);
        await app.StopAsync(CancellationToken.None);
        return PeftCommand.Success;
    }

    private static WebApplication Build(
        ParseResult parsed, string? key, IReadOnlyDictionary<string, string> adapters, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None); // a failed start is one line of the command
        builder.Logging.AddFilter("Quartz", LogLevel.None); // what it logs is in the messages of the jobs
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddPeft(peft => peft.AddMethodsFrom(typeof(Methods.Lora).Assembly)
            .AddPluginsFrom(CommonOptions.ReadPlugins(parsed))
            .ReportSlowPlugins(text => Console.Error.WriteLine($"peft: {text}."), cancellation)
            .AddJobs(jobs =>
            {
                jobs.Folder = parsed.GetValue(s_runs)!;
                jobs.PostgreSql = parsed.GetValue(s_postgreSql) ?? Environment.GetEnvironmentVariable(PostgreSqlVariable);
            })
            .AddPredictor(predictor =>
            {
                predictor.Device = parsed.GetValue(s_device)!;
                predictor.MostRows = parsed.GetValue(s_mostRows) ?? predictor.MostRows;
                foreach (var (name, folder) in adapters)
                    predictor.Adapters[name] = folder;
            }));
        builder.Services.AddPeftServer(server =>
        {
            (server.ApiKey, server.DataFolder) = (key, parsed.GetValue(s_data));
            foreach (var backbone in parsed.GetValue(s_backbone) ?? [])
                server.Backbones.Add(backbone);
        });
        builder.Services.Configure<OpenApiOptions>("v1", document => document.AddDocumentTransformer((described, _, _) =>
        {
            described.Info.Title = "Peft";
            return Task.CompletedTask;
        }));
        builder.Services.AddHealthChecks().AddPeft();
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider(); // a page that is open is opened again after a restart
        if (key is null) // only the loopback interface, which other sites could reach by a name of theirs
            builder.Services.AddHostFiltering(hosts => hosts.AllowedHosts = ["localhost", "127.0.0.1", "[::1]"]);
        var app = builder.Build();
        app.Services.GetRequiredService<MethodRegistry>(); // loads the plugins
        foreach (var failure in app.Services.GetRequiredService<PluginCatalog>().Report.Failures)
            FailureReport.Print(failure.Problem);
        var families = app.Services.GetRequiredService<BackboneRegistry>();
        foreach (var backbone in parsed.GetValue(s_backbone) ?? [])
            families.Find(BackboneSource.Folder(backbone, CommonOptions.Note, cancellation)); // so that a wrong name ends here
        if (key is null)
            app.UseHostFiltering();
        app.UseStatusCodePages(); // a problem also for a route that does not exist
        app.MapPeft();
        app.MapHealthChecks("/health"); // a word, for load balancers: it needs no key and shows no details
        return app;
    }

    private static (string Name, string Folder) ReadAdapter(string given) =>
        given.Split('=', 2) is [{ Length: > 0 } name, { Length: > 0 } folder]
        ? (name, folder)
        : throw new UsageException($"--adapter: expected NAME=DIR, as tickets=runs/tickets, found '{given}'.");

    private static void CheckAddress(string url, string? key)
    {
        // * and + stand for all addresses.
        if (!Uri.TryCreate(url.Replace("*", "0.0.0.0", StringComparison.Ordinal).Replace("+", "0.0.0.0", StringComparison.Ordinal),
            UriKind.Absolute, out var address) || address is not { Scheme: "http", PathAndQuery: "/" })
            throw new UsageException(
                $"--urls: expected an address as http://127.0.0.1:5080, found '{url}'. For https, use a reverse proxy.");
        if (!address.IsLoopback && key is null)
            throw new UsageException(
                $"--urls: other machines reach {url}, so requests need a key; give --api-key-file or {ApiKeyOption.Variable}.");
    }
}
