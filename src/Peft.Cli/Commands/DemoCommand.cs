using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Peft.PluginHost;
using Peft.Training;

namespace Peft.Cli.Commands;

/// <summary><c>peft demo</c>: every method on the built-in task, without any download.</summary>
internal static class DemoCommand
{
    /// <summary>Two experts rather than four: in a run this short each of four would see too few updates to learn the task.</summary>
    private static readonly TrainingOptions Settings = new()
    {
        Epochs = 6,
        MaxLength = 64,
        Settings = new Dictionary<string, string> { ["adamix.experts"] = "2" },
    };

    public static Command Create()
    {
        var json = CommonOptions.Json();
        var command = new Command(
            "demo",
            "Compare head-only, full fine-tuning, LoRA, Houlsby, Pfeiffer and AdaMix over each on the built-in backbone and task.\n\n"
            + "Example:\n  peft demo");
        command.Options.Add(json);
        command.SetAction(PeftCommand.Guard((parsed, cancellation) =>
        {
            using var host = Composition.Host(CommonOptions.ReadPlugins(parsed));
            return CompareCommand.Run(host, Settings, Methods(host), [1], reuse: false, parsed.GetValue(json), cancellation);
        }));
        return command;
    }

    /// <summary>The command's own methods, then each plugin's, plain and mixed.</summary>
    private static IReadOnlyList<string> Methods(IHost host) =>
    [
        .. CommonOptions.ReadMethods(CompareCommand.EveryMethod),
        .. host.Services.GetRequiredService<PluginCatalog>().Report.Loaded.SelectMany(plugin => plugin.Methods)
            .SelectMany(method => (string[])[method.Name, $"{MixtureOptions.Name}({method.Name})"]),
    ];
}
