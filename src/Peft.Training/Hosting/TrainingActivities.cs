using System.Diagnostics;

namespace Peft.Training;

/// <summary>Traces of training, in the activity source <c>Peft.Training</c>: a span for each run, with an event for each epoch.</summary>
public static class TrainingActivities
{
    /// <summary>The source's name, for <c>AddSource</c> of OpenTelemetry.</summary>
    public const string SourceName = "Peft.Training";

    private static readonly ActivitySource s_source = new(SourceName);

    /// <summary>Begins the span of a run; null if there is no listener.</summary>
    internal static Activity? StartRun(TrainingOptions options, string task) => s_source.StartActivity("peft.run")
        ?.SetTag("peft.method", options.Method).SetTag("peft.task", task).SetTag("peft.backbone", options.Backbone)
        .SetTag("peft.seed", options.Seed);

    /// <summary>Adds an epoch to the span in progress, if there is one.</summary>
    internal static void Add(EpochResult epoch)
    {
        var tags = new ActivityTagsCollection
        {
            ["peft.epoch"] = epoch.Epoch, ["peft.loss"] = epoch.TrainLoss, ["peft.metric"] = epoch.Primary,
        };
        Activity.Current?.AddEvent(new ActivityEvent("peft.epoch", tags: tags));
    }
}
