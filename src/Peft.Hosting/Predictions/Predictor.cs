using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Peft.Models;
using Peft.Training;

namespace Peft.Hosting;

/// <summary>Loads runs, and answers texts on a thread of its own, a batch at a time.</summary>
internal sealed class Predictor(
    MethodRegistry methods, TaskRegistry tasks, BackboneRegistry backbones, IOptionsMonitor<PredictorOptions> options,
    PredictorMeters meters, TimeProvider time) : IPredictor, IHostedService, IDisposable
{
    private readonly Lock _lock = new(); // of the table, the users of adapters, and shared weights
    private readonly Dictionary<string, LoadedAdapter> _byName = new(StringComparer.Ordinal);
    private readonly SharedWeights _weights = new();
    private readonly RowQueue _queue = new(time);
    private Thread? _thread;

    public IReadOnlyList<ServedAdapter> Adapters
    {
        get
        {
            lock (_lock)
                return [.. _byName.OrderBy(known => known.Key, StringComparer.Ordinal).Select(known => known.Value.Description)];
        }
    }

    public async Task<ServedAdapter> LoadAsync(string name, string folder, CancellationToken cancellation = default)
    {
        if (!NameRule.Allows(name))
            throw new AdapterNameException(name);
        var device = options.CurrentValue.Device;
        var model = await Task.Run(
            () => TrainedModel.Load(folder, methods, device, tasks: tasks, backbones: backbones, cancellation: cancellation), cancellation);
        lock (_lock)
        {
            var loaded = new LoadedAdapter(model, _weights, name);
            if (_byName.Remove(name, out var earlier))
                earlier.Release();
            _byName.Add(name, loaded);
            return loaded.Description;
        }
    }

    public void Unload(string name)
    {
        lock (_lock)
        {
            if (!_byName.Remove(name, out var adapter))
                throw new UnknownAdapterException(name, _byName.Keys);
            adapter.Release();
        }
    }

    public async Task<Prediction> PredictAsync(
        string adapter, string text, string? pair = null, CancellationToken cancellation = default) =>
        (await PredictAsync(adapter, [(text, pair)], cancellation))[0];

    public async Task<IReadOnlyList<Prediction>> PredictAsync(
        string adapter, IReadOnlyList<(string Text, string? Pair)> texts, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        cancellation.ThrowIfCancellationRequested();
        var loaded = Retain(adapter);
        try
        {
            for (var index = 0; index < texts.Count; index++)
            {
                if (PredictionText.Problem(loaded.Model.Task, texts[index].Text, texts[index].Pair, "as a pair") is { } problem)
                    throw new PredictionTextException(index + 1, problem);
            }

            WaitingRow[] rows = [.. texts.Select(text => new WaitingRow(loaded, text, cancellation))];
            _queue.Add(rows, options.CurrentValue.MostWaiting);
            return await Task.WhenAll(rows.Select(row => row.Answer));
        }
        finally
        {
            lock (_lock)
                loaded.Release();
        }
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        meters.Observe(() => _queue.Count);
        foreach (var (name, folder) in options.CurrentValue.Adapters)
            await LoadAsync(name, folder, cancellationToken);
        _thread = new Thread(Work) { IsBackground = true, Name = "Peft predictor" };
        _thread.Start();
    }

    /// <summary>Answers the texts that wait, and ends.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.Close();
        return Task.Run(() => _thread?.Join(), CancellationToken.None).WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        _queue.Close();
        lock (_lock)
        {
            foreach (var adapter in _byName.Values)
                adapter.Release();
            _byName.Clear();
        }
    }

    private LoadedAdapter Retain(string name)
    {
        lock (_lock)
        {
            if (!_byName.TryGetValue(name, out var adapter))
                throw new UnknownAdapterException(name, _byName.Keys);
            adapter.Retain();
            return adapter;
        }
    }

    private void Work()
    {
        ComputeThreads.Use(options.CurrentValue.Threads); // a setting of each thread
        while (_queue.TakeAsync(() => options.CurrentValue).GetAwaiter().GetResult() is { } batch)
        {
            foreach (var rows in batch.GroupBy(row => row.Adapter))
            {
                if (Begin(rows) is { Count: > 0 } wanted)
                    Answer(rows.Key, wanted);
            }
        }
    }

    /// <summary>The texts that somebody still waits for. Their adapter stays in memory, also if they are given up meanwhile.</summary>
    private List<WaitingRow> Begin(IGrouping<LoadedAdapter, WaitingRow> rows)
    {
        lock (_lock)
        {
            var wanted = rows.Where(row => !row.IsGivenUp).ToList();
            if (wanted.Count > 0)
                rows.Key.Retain();
            return wanted;
        }
    }

    /// <summary>Texts of one adapter in one forward pass: other adapters have other weights, so a batch is one pass for each.</summary>
    private void Answer(LoadedAdapter adapter, List<WaitingRow> rows)
    {
        var started = time.GetTimestamp();
        using var activity = HostingActivities.StartBatch(adapter.Description.Name, rows.Count);
        try
        {
            var answers = adapter.Model.Predict([.. rows.Select(row => row.Text)], rows.Count);
            for (var index = 0; index < rows.Count; index++)
                rows[index].Answered(answers[index]);
        }
        catch (Exception problem)
        {
            activity?.SetStatus(ActivityStatusCode.Error, problem.Message);
            foreach (var row in rows)
                row.Failed(problem);
        }

        meters.Answered(adapter.Description.Name, rows.Count, time.GetElapsedTime(started));
        lock (_lock)
            adapter.Release();
    }
}
