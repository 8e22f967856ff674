using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Peft.Training;

namespace Peft.Hosting.Tests;

/// <summary>What a host publishes, against the tables of docs/reference/telemetry.md.</summary>
public sealed partial class TelemetryTests(GeneratingRuns runs) : IClassFixture<GeneratingRuns>, IDisposable
{
    private static readonly string s_page = File.ReadAllText(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "..", "..", "docs", "reference", "telemetry.md"));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_metric_span_and_tag_is_in_the_tables_and_published()
    {
        var names = new ConcurrentBag<string>();
        using var meters = Instruments(names);
        using var spans = Spans(names);
        await using (var host = await TestHost.Start(_folder.Path))
        {
            await host.Jobs.SubmitAsync(new FineTuningJobRequest(TestHost.Run) { Name = "job" });
            await host.Jobs.GetResultAsync("job");
            using var serving = await ServedRuns.Serve(served =>
            {
                foreach (var name in (string[])["opinions", "text"])
                    served.Adapters[name] = runs.Folder(name);
            });
            var predictor = serving.Services.GetRequiredService<IPredictor>();
            await predictor.PredictAsync("opinions", "a good film");
            await foreach (var piece in predictor.GenerateAsync("text", "a good", new GenerateOptions { MaxTokens = 2 }))
                Assert.NotNull(piece);
            meters.RecordObservableInstruments();
        }

        Assert.Equal(Names().Matches(s_page).Select(match => match.Value).Distinct().Order(), names.Distinct().Order());
    }

    [Fact]
    public async Task The_span_of_a_run_is_within_that_of_its_job_and_has_the_error()
    {
        var ended = new ConcurrentBag<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is HostingActivities.SourceName or TrainingActivities.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = ended.Add,
        };
        ActivitySource.AddActivityListener(listener);
        await using var host = await TestHost.Start(_folder.Path);
        await host.Jobs.SubmitAsync(new FineTuningJobRequest(TestHost.Run with { Backbone = "no/such" }) { Name = "fails" });
        await host.Jobs.WaitAsync("fails");
        var job = await Find("peft.job", span => "fails".Equals(span.GetTagItem("peft.job")));
        var run = await Find("peft.run", span => span.ParentSpanId == job.SpanId);
        Assert.All([job, run], span => Assert.Equal(ActivityStatusCode.Error, span.Status));
        Assert.Contains("no/such", run.StatusDescription);

        async Task<Activity> Find(string name, Predicate<Activity> condition)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            for (; ; await Task.Delay(20, patience.Token)) // a span ends after its job
            {
                if (ended.FirstOrDefault(span => span.OperationName == name && condition(span)) is { } found)
                    return found;
            }
        }
    }

    [Fact]
    public void Every_event_id_is_in_the_table()
    {
        Assembly[] libraries = [typeof(FineTuner).Assembly, typeof(IFineTuningJobs).Assembly];
        var events = libraries.SelectMany(library => library.GetTypes())
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()).OfType<LoggerMessageAttribute>().ToList();
        Assert.True(events.Count > 5);
        Assert.All(events, log => Assert.Contains($"| {log.EventId} | {log.Level} | {log.Message} |", s_page));
    }

    private static MeterListener Instruments(ConcurrentBag<string> names)
    {
        var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name.StartsWith("Peft.", StringComparison.Ordinal))
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, _, _) => names.Add(instrument.Name));
        listener.SetMeasurementEventCallback<int>((instrument, _, _, _) => names.Add(instrument.Name));
        listener.SetMeasurementEventCallback<double>((instrument, _, _, _) => names.Add(instrument.Name));
        listener.Start();
        return listener;
    }

    private static ActivityListener Spans(ConcurrentBag<string> names)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("Peft.", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span =>
            {
                names.Add(span.OperationName);
                foreach (var (name, _) in span.TagObjects.Concat(span.Events.SelectMany(happened => happened.Tags)))
                    names.Add(name);
                foreach (var happened in span.Events)
                    names.Add(happened.Name);
            },
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    [GeneratedRegex(@"(?<=`)peft\.[a-z.]+(?=`)")]
    private static partial Regex Names();
}
