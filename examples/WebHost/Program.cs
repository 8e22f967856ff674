// Fine-tunes on tickets that are posted to it, and classifies with the newest adapter, without a restart.
//   dotnet run --project examples/WebHost
using System.Text.Json;
using OpenTelemetry;
using Peft.Hosting;
using Peft.Methods;
using Peft.Server;
using Peft.Training;

var builder = WebApplication.CreateBuilder(args);
var tickets = builder.Configuration["Tickets"] ?? "tickets.jsonl";
builder.Services.AddPeft(peft => peft.AddMethod<Lora>().AddJobs().AddPredictor().Bind(builder.Configuration.GetSection("Peft")));
builder.Services.AddPeftServer();
builder.Services.AddHealthChecks().AddPeft();
builder.Services.AddHostedService<NewestAdapter>();
if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is not null) // set by Aspire, or by who collects telemetry
{
    builder.Services.AddOpenTelemetry().WithLogging().WithMetrics(metrics => metrics.AddMeter("Peft.*"))
        .WithTracing(traces => traces.AddSource("Peft.*")).UseOtlpExporter();
}

var app = builder.Build();
app.MapPeft(); // among others, GET /v1/jobs/{name}/events and POST /v1/adapters/tickets/predict
app.MapHealthChecks("/health");

app.MapPost("/tickets", (Ticket[] posted) => WhenFree(() =>
{
    using var file = new StreamWriter(new FileStream(tickets, FileMode.Append, FileAccess.Write, FileShare.None));
    foreach (var ticket in posted)
        file.WriteLine(JsonSerializer.Serialize(ticket, JsonSerializerOptions.Web));
}));

app.MapPost("/train", async (IFineTuningJobs jobs, TrainingOptions options) =>
{
    if (!File.Exists(tickets))
        return Results.Problem("there are no tickets yet; post some to /tickets.", statusCode: StatusCodes.Status409Conflict);
    var copy = Path.GetFullPath($"{tickets}.{DateTime.UtcNow:yyyyMMdd-HHmmss-fff}.jsonl");
    await WhenFree(() => File.Copy(tickets, copy)); // tickets that come later are for the next job
    var job = await jobs.SubmitAsync(new FineTuningJobRequest(options with { Train = copy }));
    return Results.Accepted($"/v1/jobs/{job.Name}", new { job.Name });
});
await app.RunAsync();

// Uses the file of the tickets. While another request has it open, or another instance of the service, it tries again.
static async Task WhenFree(Action use)
{
    for (var attempt = 0; ; attempt++)
    {
        try
        {
            use();
            return;
        }
        catch (IOException) when (attempt < 500)
        {
            await Task.Delay(10);
        }
    }
}

internal sealed record Ticket(string Text, string Label);

/// <summary>Loads the adapter of the job that ended last: at the start, and whenever another ends.</summary>
internal sealed class NewestAdapter(IFineTuningJobs jobs, IPredictor predictor, ILogger<NewestAdapter> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        for (string? loaded = null; await timer.WaitForNextTickAsync(stoppingToken);)
        {
            try
            {
                var ended = (await jobs.ListAsync(stoppingToken)).Where(job => job.State == JobState.Succeeded);
                if (ended.MaxBy(job => job.Ended) is { } newest && newest.Name != loaded)
                    await predictor.LoadAsync("tickets", jobs.FolderOf(loaded = newest.Name), stoppingToken);
            }
            catch (Exception problem) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogError(problem, "The newest adapter cannot be loaded; the one before it goes on.");
            }
        }
    }
}
