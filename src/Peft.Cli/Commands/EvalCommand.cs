using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Peft.Cli.Output;
using Peft.Tasks;
using Peft.Training;

namespace Peft.Cli.Commands;

/// <summary><c>peft eval</c>: metrics of a finished run.</summary>
internal static class EvalCommand
{
    public static Command Create()
    {
        var run = new Argument<string>("run") { Description = "a folder that `peft train --output` wrote" };
        var data = new Option<string?>("--data") { Description = "the task's folder [default: the run's]" };
        var backbone = new Option<string?>("--backbone") { Description = "'builtin' or a checkpoint folder [default: the run's]" };
        var device = new Option<string>("--device") { Description = "auto, cpu or cuda", DefaultValueFactory = _ => "auto" };
        var inference = new Option<string?>("--inference") { Description = "for mixtures: merged, fixed, random or ensemble [default: the run's]" };
        var json = CommonOptions.Json();
        var command = new Command("eval", "Evaluate a finished run on its task's development data.\n\nExample:\n  peft eval runs/first --inference ensemble")
        {
            run, data, backbone, device, inference, json,
        };
        command.SetAction(PeftCommand.Guard((parsed, _) =>
        {
            using var host = Composition.Host(CommonOptions.ReadPlugins(parsed));
            var registry = host.Services.GetRequiredService<MethodRegistry>();
            using var trained = TrainedModel.Load(parsed.GetValue(run)!, registry, parsed.GetValue(device)!, parsed.GetValue(backbone));
            Choose(trained, parsed.GetValue(inference));
            var options = trained.Result.Settings;
            TaskData examples = TaskSource.Load(options with { Data = parsed.GetValue(data) ?? options.Data });
            var metrics = trained.Evaluate(examples.Dev.Examples, options.BatchSize);
            if (parsed.GetValue(json))
            {
                JsonOutput.Print(new { run = parsed.GetValue(run), rows = examples.Dev.Examples.Count, metrics });
            }
            else
            {
                Console.Out.WriteLine(
                    string.Join(", ", metrics.Select(metric => string.Create(CultureInfo.InvariantCulture, $"{metric.Key} {metric.Value:F4}")))
                    + $" ({examples.Dev.Examples.Count} rows)");
            }

            return PeftCommand.Success;
        }));
        return command;
    }

    private static void Choose(TrainedModel trained, string? inference)
    {
        if (inference is null)
            return;
        if (trained.Model.Adapter?.Router is not { } router)
            throw new UsageException($"--inference: {trained.Result.Method} is no mixture.");
        router.Inference = Enum.TryParse<MixtureInference>(inference, ignoreCase: true, out var chosen) && Enum.IsDefined(chosen)
            ? chosen
            : throw new UsageException($"--inference: '{inference}' is not one of merged, fixed, random, ensemble, routed.");
    }
}
