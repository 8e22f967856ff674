using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Peft.Training;

namespace Peft.Hosting;

/// <summary>
/// The computing thread. It alternates between a batch of waiting texts and tokens of the texts that are being generated.
/// </summary>
internal sealed class PredictorThread(
    AdapterTable adapters, RowQueue queue, CurrentPredictorOptions options, PredictorMeters meters, TimeProvider time)
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
        ComputeThreads.Use(options.Value.Threads); // a setting of each thread
        while (Take() is { } batch)
        {
            var started = time.GetTimestamp();
            Answer<Prediction>(batch, Predict);
            Answer<TextEmbedding>(batch, Embed);
            foreach (var text in batch.OfType<WaitingText>())
                _texts.Add(text);
            Generate(atLeast: time.GetElapsedTime(started));
        }

        _texts.Stop();
    }

    /// <summary>Generates at least one token, and as long as the last batch took, so that texts and batches have equal shares.</summary>
    private void Generate(TimeSpan atLeast)
    {
        var started = time.GetTimestamp();
        do
            _texts.Step();
        while (_texts.Count > 0 && time.GetElapsedTime(started) < atLeast);
    }

    private List<IWaiting>? Take() => _texts.Count == 0
        ? queue.TakeAsync(() => options.Value).GetAwaiter().GetResult()
        : queue.Take(options.Value);

    /// <summary>Answers the texts of a batch in one forward pass.</summary>
    private void Answer<TAnswer>(List<IWaiting> batch, ComputeAnswers<TAnswer> compute)
    {
        if (batch is not [WaitingRow<TAnswer>, ..])
            return;
        var parts = batch.Cast<WaitingRow<TAnswer>>().GroupBy(row => row.Adapter)
            .Select(rows => new AdapterRows<TAnswer>(rows.Key, adapters.Begin(rows.Key, rows))).Where(part => part.Rows.Count > 0).ToList();
        if (parts.Count == 0)
            return;
        if (!Try(parts, compute, out var problem))
            Separate(parts, compute, problem);
        foreach (var part in parts)
            adapters.Release(part.Adapter);
    }

    /// <summary>
    /// Answers the texts of each adapter in a pass of its own, so that an adapter that fails does not take the others' answers.
    /// </summary>
    private void Separate<TAnswer>(List<AdapterRows<TAnswer>> parts, ComputeAnswers<TAnswer> compute, Exception problem)
    {
        foreach (var part in parts)
        {
            var failure = problem;
            if (parts.Count > 1 && Try([part], compute, out failure))
                continue;
            foreach (var row in part.Rows)
                row.Failed(failure!);
        }
    }

    private bool Try<TAnswer>(
        List<AdapterRows<TAnswer>> parts, ComputeAnswers<TAnswer> compute, [NotNullWhen(false)] out Exception? problem)
    {
        var started = time.GetTimestamp();
        using var activity = HostingActivities.StartBatch(parts.Select(part => part.Name), parts.Sum(part => part.Rows.Count));
        try
        {
            var answers = compute([.. parts.Select(part => (part.Adapter, part.Texts))]);
            for (var index = 0; index < parts.Count; index++)
            {
                foreach (var (row, answer) in parts[index].Rows.Zip(answers[index]))
                    row.Answered(answer);
            }

            meters.Answered([.. parts.Select(part => (part.Name, part.Rows.Count))], time.GetElapsedTime(started));
            problem = null;
        }
        catch (Exception found)
        {
            activity?.SetStatus(ActivityStatusCode.Error, found.Message);
            problem = found;
        }

        return problem is null;
    }

    private static IReadOnlyList<IReadOnlyList<Prediction>> Predict(
        IReadOnlyList<(LoadedAdapter Adapter, IReadOnlyList<(string Text, string? Pair)> Texts)> parts) => parts is [var (one, texts)]
        ? [one.Model.Predict(texts, texts.Count)]
        : SharedPredictions.Predict([.. parts.Select(part => (part.Adapter.Model, part.Texts))]);

    private static IReadOnlyList<IReadOnlyList<TextEmbedding>> Embed(
        IReadOnlyList<(LoadedAdapter Adapter, IReadOnlyList<(string Text, string? Pair)> Texts)> parts) =>
        [.. parts.Select(part => part.Adapter.Embedder.Embed(part.Texts.Select(text => text.Text)).ToList())];

    /// <summary>Computes answers: for each adapter, one to each of its texts.</summary>
    private delegate IReadOnlyList<IReadOnlyList<TAnswer>> ComputeAnswers<TAnswer>(
        IReadOnlyList<(LoadedAdapter Adapter, IReadOnlyList<(string Text, string? Pair)> Texts)> parts);

    /// <summary>The texts of a batch that wait for one adapter.</summary>
    private sealed record AdapterRows<TAnswer>(LoadedAdapter Adapter, IReadOnlyList<WaitingRow<TAnswer>> Rows)
    {
        public string Name => Adapter.Name;

        public IReadOnlyList<(string Text, string? Pair)> Texts => [.. Rows.Select(row => row.Text)];
    }
}
