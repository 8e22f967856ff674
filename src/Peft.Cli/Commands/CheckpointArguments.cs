using System.CommandLine;
using Peft.Training;

namespace Peft.Cli.Commands;

/// <summary>The options of checkpoints and of what is done about losses that are not finite.</summary>
internal sealed class CheckpointArguments
{
    private readonly Option<int> _every = new("--checkpoint-every")
    {
        Description = "write a checkpoint of the whole run after every so many steps; 0: never", DefaultValueFactory = _ => new TrainingOptions().CheckpointEvery,
    };

    private readonly Option<int> _keep = new("--keep-checkpoints")
    {
        Description = "how many checkpoints are kept", DefaultValueFactory = _ => new TrainingOptions().KeepCheckpoints,
    };

    private readonly Option<bool> _resume = new("--resume")
    {
        Description = "go on from the latest checkpoint in --output, with the same settings: the end is the same to the bit",
    };

    private readonly Option<string> _nonFinite = new("--non-finite")
    {
        Description = "about a loss or gradient that is not finite: stop, skip the step, or rollback to the latest checkpoint and leave the step out",
        DefaultValueFactory = _ => new TrainingOptions().NonFinite,
    };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_every, _keep, _resume, _nonFinite])
            command.Options.Add(option);
    }

    public TrainingOptions Read(ParseResult parsed, TrainingOptions options) => options with
    {
        CheckpointEvery = parsed.GetValue(_every),
        KeepCheckpoints = parsed.GetValue(_keep),
        Resume = parsed.GetValue(_resume),
        NonFinite = parsed.GetValue(_nonFinite)!,
    };
}
