using System.Runtime.CompilerServices;
using Microsoft.Extensions.Hosting;
using Peft.Models;
using Peft.Training;

namespace Peft.Hosting;

/// <summary>Loads runs, and answers texts on a thread of its own, a batch at a time.</summary>
internal sealed class Predictor : IPredictor, IHostedService, IDisposable
{
    private readonly AdapterTable _adapters = new();
    private readonly RowQueue _queue;
    private readonly PredictorThread _thread;
    private readonly PredictorMeters _meters;
    private readonly CurrentPredictorOptions _options;
    private readonly Func<string, CancellationToken, TrainedModel> _load;
    private int _generations;

    public Predictor(
        MethodRegistry methods, TaskRegistry tasks, BackboneRegistry backbones, CurrentPredictorOptions options,
        PredictorMeters meters, TimeProvider time)
    {
        (_options, _meters, _queue) = (options, meters, new RowQueue(time));
        _thread = new PredictorThread(_adapters, _queue, options, meters, time);
        _load = (folder, cancellation) => TrainedModel.Load(
            folder, methods, options.Value.Device, tasks: tasks, backbones: backbones, cancellation: cancellation);
    }

    public IReadOnlyList<ServedAdapter> Adapters => _adapters.Adapters;

    public async Task<ServedAdapter> LoadAsync(string name, string folder, CancellationToken cancellation = default)
    {
        if (!NameRule.Allows(name))
            throw new AdapterNameException(name);
        var options = _options.Value;
        var model = await Task.Run(() => _load(folder, cancellation), cancellation);
        return _adapters.Add(
            name, model, new EmbeddingOptions { Pooling = options.Pooling, Normalize = options.NormalizesEmbeddings });
    }

    public void Unload(string name) => _adapters.Remove(name);

    public async Task<Prediction> PredictAsync(
        string adapter, string text, string? pair = null, CancellationToken cancellation = default) =>
        (await PredictAsync(adapter, [(text, pair)], cancellation))[0];

    public Task<IReadOnlyList<Prediction>> PredictAsync(
        string adapter, IReadOnlyList<(string Text, string? Pair)> texts, CancellationToken cancellation = default) =>
        AnswerAsync<Prediction>(
            adapter, loaded => loaded.Passes, texts,
            (loaded, text) => PredictionText.Problem(loaded.Model.Task, text.Text, text.Pair, "as a pair"), cancellation);

    public async Task<float[]> EmbedAsync(string adapter, string text, CancellationToken cancellation = default) =>
        [.. (await EmbedAsync(adapter, [text], cancellation))[0].Values];

    public Task<IReadOnlyList<TextEmbedding>> EmbedAsync(
        string adapter, IReadOnlyList<string> texts, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return AnswerAsync<TextEmbedding>(
            adapter, loaded => loaded, [.. texts.Select(text => (text, (string?)null))], (loaded, text) =>
            {
                _ = loaded.Embedder; // refuses decoders
                return string.IsNullOrWhiteSpace(text.Text) ? "expected a text, found an empty one" : null;
            }, cancellation);
    }

    public async IAsyncEnumerable<string> GenerateAsync(
        string adapter, string prompt, GenerateOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var piece in StreamAsync(adapter, prompt, options, cancellation))
        {
            if (piece.Text.Length > 0)
                yield return piece.Text;
        }
    }

    public async IAsyncEnumerable<GeneratedPiece> StreamAsync(
        string adapter, GenerationPrompt prompt, GenerateOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        cancellation.ThrowIfCancellationRequested();
        options ??= new GenerateOptions();
        options.Check();
        var loaded = _adapters.Retain(adapter);
        try
        {
            loaded.CheckGenerates();
            using var place = TakePlace();
            var current = _options.Value;
            var request = new WaitingText(
                loaded, prompt.Turns, options.ForTokens(current.MostNewTokens), options.StopSequences, cancellation);
            using var reading = new Ended(request.GiveUp);
            _queue.Add([request], current.MostWaiting);
            await foreach (var piece in request.Pieces)
                yield return piece;
            cancellation.ThrowIfCancellationRequested(); // the text may have been given up before the reader noticed
        }
        finally
        {
            _adapters.Release(loaded);
        }
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _meters.Observe(() => _queue.Count);
        foreach (var (name, folder) in _options.Value.Adapters)
            await LoadAsync(name, folder, cancellationToken);
        _thread.Start();
    }

    /// <summary>Answers the texts that wait, ends those that are being generated, and ends.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.Close();
        return Task.Run(_thread.Join, CancellationToken.None).WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        _queue.Close();
        _adapters.Clear();
    }

    private Ended TakePlace()
    {
        var most = _options.Value.MostGenerations;
        if (Interlocked.Increment(ref _generations) <= most)
            return new Ended(() => Interlocked.Decrement(ref _generations));
        Interlocked.Decrement(ref _generations);
        throw new GenerationsBusyException(most);
    }

    private async Task<IReadOnlyList<TAnswer>> AnswerAsync<TAnswer>(
        string adapter, Func<LoadedAdapter, object> passes, IReadOnlyList<(string Text, string? Pair)> texts,
        Func<LoadedAdapter, (string Text, string? Pair), string?> problemOf, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(texts);
        cancellation.ThrowIfCancellationRequested();
        var loaded = _adapters.Retain(adapter);
        try
        {
            for (var index = 0; index < texts.Count; index++)
            {
                if (problemOf(loaded, texts[index]) is { } problem)
                    throw new PredictionTextException(index + 1, problem);
            }

            WaitingRow<TAnswer>[] rows = [.. texts.Select(text => new WaitingRow<TAnswer>(loaded, passes(loaded), text, cancellation))];
            _queue.Add(rows, _options.Value.MostWaiting);
            return await Task.WhenAll(rows.Select(row => row.Answer));
        }
        finally
        {
            _adapters.Release(loaded);
        }
    }

    private sealed class Ended(Action action) : IDisposable
    {
        public void Dispose() => action();
    }
}
