using System.CommandLine;
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
            CompareCommand.Run(
                Settings,
                CommonOptions.ReadMethods(CompareCommand.EveryMethod),
                [1],
                reuse: false,
                parsed.GetValue(json),
                cancellation)));
        return command;
    }
}
