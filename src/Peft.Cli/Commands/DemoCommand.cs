using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Peft.Training;
using Peft.Data;

namespace Peft.Cli.Commands;

/// <summary><c>peft demo</c>: every method on the built-in task, without any download.</summary>
internal static class DemoCommand
{
    /// <summary>The generated data-to-text task, its test contexts decoded and scored. Two experts
    /// rather than four: in a run this short each of four would see too few updates.</summary>
    private static readonly TrainingOptions s_nlgSettings = new()
    {
        Backbone = BackboneSource.BuiltInDecoder,
        Task = VenueTask.Name,
        Epochs = 3,
        BatchSize = 16,
        BackboneDropout = 0,
        Score = "test",
        Settings = new Dictionary<string, string>
        {
            ["lora.rank"] = "16", ["lora.alpha"] = "32", ["adamix.experts"] = "2", ["adamix.share"] = "up", ["adamix.route"] = "layer",
                ["adamix.starts"] = "identical",
        },
    };

    public static Command Create()
    {
        var nlg = new Option<bool>("--nlg") { Description = "LoRA and AdaMix-LoRA on the built-in decoder and data-to-text task "
            + "instead, with the scores of what they write" };
        var output = new Option<string?>("--output") { Description = "folder for results, adapters and texts", HelpName = "DIR" };
        var json = CommonOptions.Json();
        var command = new Command(
            "demo",
            "Compare head-only, full fine-tuning, BitFit, LoRA, Houlsby adapters, and AdaMix over two of them: minilm sorts support "
                + "tickets "
            + "by 12 intents.\n\n"
            + "Examples:\n  peft demo\n  peft demo --nlg --output runs/nlg");
        var backbone = new Option<string>("--backbone")
        {
            Description = "the encoder: minilm, builtin (tiny, no download, learns less), a folder or a hub repository",
            DefaultValueFactory = _ => BackboneSource.Default, HelpName = "BACKBONE",
        };
        var epochs = NumberOption.Whole("--epochs", "passes over the training data [default: 12, with --nlg 3]", min: 1);
        var parallel = NumberOption.Whole(
            "--parallel", "runs at once, each in a process of its own [default: one for each core, at most 4; with --nlg 1]", min: 1);
        command.Options.Add(nlg);
        command.Options.Add(backbone);
        command.Options.Add(epochs);
        command.Options.Add(parallel);
        command.Options.Add(output);
        command.Options.Add(json);
        command.SetAction(PeftCommand.Guard((parsed, cancellation) =>
        {
            using var host = Composition.Host(CommonOptions.ReadPlugins(parsed), cancellation);
            return parsed.GetValue(nlg)
                ? CompareCommand.Run(
                    host, new ComparedRuns(
                        Shared(s_nlgSettings, parsed.GetValue(epochs)), ["lora", "adamix(lora)"], [1], Reuse: false, parsed.GetValue(json)),
                    cancellation)
                : new TicketDemo(host, CommonOptions.ReadPlugins(parsed), parsed.GetValue(parallel) ?? RunProcesses.Suitable,
                    parsed.GetValue(json)).Run(OfPlugins(host), Shared(TicketDemo.Settings, parsed.GetValue(epochs)) with
                    {
                        Backbone = parsed.GetValue(backbone)!,
                    }, cancellation);

            TrainingOptions Shared(TrainingOptions settings, int? passes) => settings with
            {
                Output = parsed.GetValue(output), Overwrite = true, Epochs = passes ?? settings.Epochs,
            };
        }, Stopping.AfterStep));
        return command;
    }

    /// <summary>Each plugin's methods, plain and mixed.</summary>
    private static IReadOnlyList<string> OfPlugins(IHost host) =>
    [
        .. host.Services.GetRequiredService<PluginCatalog>().Report.Loaded.SelectMany(plugin => plugin.Methods)
            .SelectMany(method => (string[])[method.Name, $"{MixtureOptions.Name}({method.Name})"]),
    ];
}
