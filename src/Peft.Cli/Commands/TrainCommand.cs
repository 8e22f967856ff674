using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Peft.Cli.Output;
using Peft.Tasks;
using Peft.Training;

namespace Peft.Cli.Commands;

/// <summary><c>peft train</c>: one run.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var command = new Command(
            "train",
            "Fine-tune a backbone with one method.\n\nExamples:\n"
            + "  peft train --method lora --set lora.rank=8\n"
            + "  peft train --method \"adamix(houlsby)\" --set adamix.experts=4 --task sst2 --data glue/SST-2 --output runs/first\n"
            + "  peft train --backbone gpt2-medium --task e2e --data nlg/e2e --preset nlg-adamix-lora --score test --output runs/e2e\n"
            + "  peft --plugins my-plugins train --method \"adamix(theirs)\"");
        var arguments = new TrainingArguments();
        var checkpoints = new CheckpointArguments();
        var method = new Option<string?>("--method")
        {
            Description = "full, head-only, a method (`peft methods`), or adamix(method) [default: lora, or the preset's]",
        };
        var seed = new Option<int?>("--seed") { Description = "seeds new weights, order, dropout and routes [default: 1, or the preset's]" };
        var json = CommonOptions.Json();
        command.Options.Add(method);
        command.Options.Add(seed);
        arguments.AddTo(command);
        checkpoints.AddTo(command);
        command.Options.Add(json);
        command.SetAction(PeftCommand.Guard((parsed, cancellation) =>
        {
            var read = arguments.Read(parsed);
            var options = read with { Method = parsed.GetValue(method) ?? read.Method, Seed = parsed.GetValue(seed) ?? read.Seed };
            return Run(checkpoints.Read(parsed, options), CommonOptions.ReadPlugins(parsed), parsed.GetValue(json), cancellation);
        }));
        return command;
    }

    private static int Run(TrainingOptions options, IReadOnlyList<string> plugins, bool json, CancellationToken cancellation)
    {
        using var host = Composition.Host(plugins);
        var result = ProgressView.Watch(json, observer => GenerationTasks.Has(options.Task)
            ? host.Services.GetRequiredService<GenerationTuner>().Run(options, observer, cancellation)
            : host.Services.GetRequiredService<FineTuner>().Run(options, observer, cancellation));
        if (json)
            JsonOutput.Print(result);
        else
            ResultTables.Print(result);
        return result.Cancelled ? PeftCommand.Interrupted : PeftCommand.Success;
    }
}
