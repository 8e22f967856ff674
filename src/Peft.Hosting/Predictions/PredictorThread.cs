using System.Diagnostics;
using Microsoft.Extensions.Options;
using Peft.Training;

namespace Peft.Hosting;

/// <summary>
/// The thread that computes: a batch of the texts that wait, then a token of a text that is being generated, and so on.
/// </summary>
internal sealed class PredictorThread(
    AdapterTable adapters, RowQueue queue, IOptionsMonitor<PredictorOptions> options, PredictorMeters meters, TimeProvider time)
{
    private readonly GenerationTurns _texts = new(adapters, meters);
    private Thread? _thread;

    public void Start()
    {
        _thread = new Thread(Work) { IsBackground = true, Name = "Peft predictor" };
        _thread.Start();
    }

    /// <summary>Waits for the end of the thread, after the queue was closed.</summary>
    public void Join() => _thread?.Join();

    private void Work()
    {
        ComputeThreads.Use(options.CurrentValue.Threads); // a setting of each thread
        while (Take() is { } batch)
        {
            Answer<Prediction>(batch, (adapter, texts) => adapter.Model.Predict(texts, texts.Count));
            Answer<TextEmbedding>(batch, (adapter, texts) => [.. adapter.Embedder.Embed(texts.Select(text => text.Text))]);
            foreach (var text in batch.OfType<WaitingText>())
                _texts.Add(text);
            _texts.Step();
        }

        _texts.Stop();
    }

    private List<IWaiting>? Take() => _texts.Count == 0
        ? queue.TakeAsync(() => options.CurrentValue).GetAwaiter().GetResult()
        : queue.Take(options.CurrentValue);

    /// <summary>Answers the texts of a batch, which are all of one adapter, in one forward pass.</summary>
    private void Answer<TAnswer>(
        List<IWaiting> batch, Func<LoadedAdapter, IReadOnlyList<(string Text, string? Pair)>, IReadOnlyList<TAnswer>> compute)
    {
        if (batch is not [WaitingRow<TAnswer> { Adapter: var adapter }, ..])
            return;
        var wanted = adapters.Begin(adapter, batch.Cast<WaitingRow<TAnswer>>());
        if (wanted.Count == 0)
            return;
        var started = time.GetTimestamp();
        using var activity = HostingActivities.StartBatch(adapter.Description.Name, wanted.Count);
        try
        {
            var answers = compute(adapter, [.. wanted.Select(row => row.Text)]);
            for (var index = 0; index < wanted.Count; index++)
                wanted[index].Answered(answers[index]);
        }
        catch (Exception problem)
        {
            activity?.SetStatus(ActivityStatusCode.Error, problem.Message);
            foreach (var row in wanted)
                row.Failed(problem);
        }

        meters.Answered(adapter.Description.Name, wanted.Count, time.GetElapsedTime(started));
        adapters.Release(adapter);
    }
}
