// Fine-tunes inside a generic host: settings from configuration, progress to the logger, Ctrl+C stops after the step in progress.
// Methods of other people's plugins: --Peft:Plugins=FOLDER.
//   dotnet run --project examples/HostedFineTuning -- --Peft:Training:Method="adamix(lora)" --Peft:Training:TrainLimit=400
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Peft.Methods;
using Peft.Training;

var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddPeft(peft => peft.AddMethod<Lora>().AddPlugins().Bind(builder.Configuration.GetSection("Peft")));
builder.Services.AddHostedService<FineTuningService>();
await builder.Build().RunAsync();

internal sealed class FineTuningService(
    FineTuner tuner, TrainingOptions options, IHostApplicationLifetime lifetime, ILogger<FineTuningService> logger)
    : BackgroundService, ITrainingObserver
{
    private const int Interrupted = 130;

    public void Started(RunSummary summary) =>
        logger.LogInformation("{Method}: {Tunable} tunable parameters", summary.Method, summary.Parameters.Tunable);

    public void Stepped(TrainingProgress progress)
    {
        if (progress.Step % 10 == 0)
            logger.LogInformation("step {Step}/{Total}: loss {Loss:F3}", progress.Step, progress.TotalSteps, progress.Loss);
    }

    public void Evaluated(EpochResult epoch) => logger.LogInformation("epoch {Epoch}: {Metric:F3}", epoch.Epoch, epoch.Primary);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var result = await tuner.RunAsync(
                options with { Output = options.Output ?? "runs/hosted", Overwrite = true }, this, stoppingToken);
            if (result.Cancelled)
                logger.LogWarning(
                    "stopped after step {Step}; what was trained until then is in {Output}", result.Steps, result.Settings.Output);
            else
                logger.LogInformation(
                    "done: {Metric} {Value:F3}, in {Output}", result.PrimaryMetric, result.Primary, result.Settings.Output);
            Environment.ExitCode = result.Cancelled ? Interrupted : 0;
        }
        catch (OperationCanceledException)
        {
            logger.LogWarning("cancelled before the first step; nothing was written");
            Environment.ExitCode = Interrupted;
        }
        catch (Exception problem)
        {
            logger.LogError("{Problem}", problem.Message);
            Environment.ExitCode = 1;
        }
        finally
        {
            lifetime.StopApplication();
        }
    }
}
