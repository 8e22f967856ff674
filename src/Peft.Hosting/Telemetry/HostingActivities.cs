using System.Diagnostics;

namespace Peft.Hosting;

/// <summary>Traces of jobs and predictions, in the activity source <c>Peft.Hosting</c>.</summary>
public static class HostingActivities
{
    /// <summary>The source's name, for <c>AddSource</c> of OpenTelemetry.</summary>
    public const string SourceName = "Peft.Hosting";

    private static readonly ActivitySource s_source = new(SourceName);

    /// <summary>Begins the span of an attempt at a job, which contains the span of its run; null without a listener.</summary>
    internal static Activity? StartJob(FineTuningJob job) => s_source.StartActivity("peft.job")
        ?.SetTag("peft.job", job.Name).SetTag("peft.attempt", job.Attempts).SetTag("peft.device", job.Device);

    /// <summary>Begins the span of a forward pass over waiting texts; null without a listener.</summary>
    internal static Activity? StartBatch(IEnumerable<string> adapters, int texts) => s_source.StartActivity("peft.predict")
        ?.SetTag("peft.adapter", string.Join(",", adapters)).SetTag("peft.texts", texts);
}
