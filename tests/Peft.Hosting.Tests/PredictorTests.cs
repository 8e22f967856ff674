using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Peft.Training;

namespace Peft.Hosting.Tests;

/// <summary>Answers of a host, against those of the runs alone.</summary>
public sealed class PredictorTests(ServedRuns runs) : IClassFixture<ServedRuns>
{
    private static readonly string[] s_names = ["mixture", "opinions", "tickets"];

    [Fact]
    public async Task Texts_of_several_adapters_that_come_at_once_get_the_answers_of_each_alone()
    {
        using var host = await Serving(served => served.LongestWait = TimeSpan.FromMilliseconds(50));
        var batches = new List<int>();
        using var listener = Batches(batches);
        var predictor = host.Services.GetRequiredService<IPredictor>();
        var asked = s_names.SelectMany(name => ServedRuns.Texts.Select(text => (name, text))).ToList();
        var answers = await Task.WhenAll(asked.Select(ask => Task.Run(() => predictor.PredictAsync(ask.name, ask.text))));
        foreach (var name in s_names)
        {
            using var alone = TrainedModel.Load(runs.Folder(name), ServedRuns.Methods);
            var expected = alone.Predict(ServedRuns.Texts, batchSize: 1);
            var found = asked.Zip(answers).Where(pair => pair.First.name == name).Select(pair => pair.Second);
            Assert.Equal(expected.Select(Shown), found.Select(Shown));
        }

        Assert.Equal(asked.Count, batches.Sum());
        Assert.True(batches.Max() > 1, "no two texts were computed together");
        Assert.True(batches.Max() <= 32);
    }

    [Fact]
    public async Task A_long_request_of_one_adapter_does_not_hold_up_another()
    {
        using var host = await Serving(served => (served.MostRows, served.LongestWait) = (8, TimeSpan.FromMilliseconds(200)));
        var predictor = host.Services.GetRequiredService<IPredictor>();
        (string, string?)[] many = [.. Enumerable.Range(0, 400).Select(row => ($"a film about {row} ships", (string?)null))];
        var first = predictor.PredictAsync("opinions", many);
        await predictor.PredictAsync("tickets", "where is my parcel");
        Assert.False(first.IsCompleted, "the other adapter's text waited for all 400");
        Assert.Equal(400, (await first).Count);
    }

    [Fact]
    public async Task Adapters_of_one_backbone_share_its_memory()
    {
        using var host = await Serving();
        var predictor = host.Services.GetRequiredService<IPredictor>();
        Assert.Equal(s_names, predictor.Adapters.Select(adapter => adapter.Name));
        var own = predictor.Adapters.OrderByDescending(adapter => adapter.OwnBytes).Select(adapter => adapter.OwnBytes).ToList();
        Assert.True(own[1] < own[0] / 5, $"{own[1]} and {own[0]} bytes");
        Assert.Equal(("tickets", "houlsby", "builtin", 12), predictor.Adapters[2] is var tickets
            ? (tickets.Task, tickets.Method, tickets.Backbone, tickets.Labels.Count) : default);
        foreach (var name in s_names)
            predictor.Unload(name);
        Assert.Empty(predictor.Adapters);
        await predictor.LoadAsync("again", runs.Folder("opinions"));
        Assert.NotEmpty((await predictor.PredictAsync("again", "a good film")).Classes);
    }

    [Fact]
    public async Task Adapters_are_replaced_and_unloaded_while_texts_are_answered()
    {
        using var host = await Serving();
        var predictor = host.Services.GetRequiredService<IPredictor>();
        using var stop = new CancellationTokenSource();
        var asking = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var count = 0;
            for (; !stop.IsCancellationRequested; count++)
                Assert.NotEmpty((await predictor.PredictAsync("opinions", "a good film")).Classes);
            return count;
        })).ToList();
        for (var round = 0; round < 6; round++)
        {
            await predictor.LoadAsync("opinions", runs.Folder(round % 2 == 0 ? "mixture" : "opinions"));
            await predictor.LoadAsync("other", runs.Folder("tickets"));
            predictor.Unload("other");
        }

        await stop.CancelAsync();
        Assert.All(await Task.WhenAll(asking), count => Assert.True(count > 0));
    }

    [Fact]
    public async Task A_run_gives_the_bits_that_it_gives_alone_while_adapters_are_loaded()
    {
        using var host = await Serving();
        using var folder = new TemporaryFolder();
        var (alone, beside) = (Path.Combine(folder.Path, "alone"), Path.Combine(folder.Path, "beside"));
        ServedRuns.Tuner.Run(TestHost.Run with { Output = alone });
        var run = ServedRuns.Tuner.RunAsync(TestHost.Run with { Output = beside });
        var loads = 0;
        for (; !run.IsCompleted; loads++)
            await host.Services.GetRequiredService<IPredictor>().LoadAsync("other", runs.Folder("tickets"));
        await run;
        Assert.True(loads > 2, $"{loads} loads");
        Assert.Equal(Adapter(alone), Adapter(beside));

        static byte[] Adapter(string run) => File.ReadAllBytes(Path.Combine(run, "adapter", "adapter.safetensors"));
    }

    [Fact]
    public async Task A_request_that_is_given_up_is_not_computed_and_ends_at_once()
    {
        using var host = await Serving(served => served.LongestWait = TimeSpan.FromMinutes(5));
        var predictor = host.Services.GetRequiredService<IPredictor>();
        using var stop = new CancellationTokenSource();
        var asked = predictor.PredictAsync("opinions", "a good film", cancellation: stop.Token);
        Assert.False(asked.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    [Fact]
    public async Task More_texts_than_may_wait_are_refused_as_a_whole()
    {
        using var host = await Serving(served => (served.MostWaiting, served.LongestWait) = (10, TimeSpan.FromSeconds(1)));
        var predictor = host.Services.GetRequiredService<IPredictor>();
        (string, string?)[] eleven = [.. ServedRuns.Texts.Take(11).Select(text => (text, (string?)null))];
        var busy = await Assert.ThrowsAsync<PredictorBusyException>(() => predictor.PredictAsync("opinions", eleven));
        Assert.StartsWith("10 texts wait already", busy.Message, StringComparison.Ordinal);
        Assert.Equal(10, (await predictor.PredictAsync("opinions", eleven[..10])).Count);
    }

    [Fact]
    public async Task What_cannot_be_answered_says_why()
    {
        using var host = await Serving();
        var predictor = host.Services.GetRequiredService<IPredictor>();
        var unknown = await Assert.ThrowsAsync<UnknownAdapterException>(() => predictor.PredictAsync("opinion", "a"));
        Assert.Contains("the nearest is 'opinions'", unknown.Message, StringComparison.Ordinal);
        Assert.Throws<UnknownAdapterException>(() => predictor.Unload("none"));
        await Assert.ThrowsAsync<PredictionTextException>(() => predictor.PredictAsync("opinions", " "));
        await Assert.ThrowsAsync<PredictionTextException>(() => predictor.PredictAsync("opinions", "a", "b"));
        await Assert.ThrowsAsync<RunFolderException>(() => predictor.LoadAsync("new", runs.Folder("none")));
        await Assert.ThrowsAsync<AdapterNameException>(() => predictor.LoadAsync("a/b", runs.Folder("opinions")));
        Assert.Equal(s_names, predictor.Adapters.Select(adapter => adapter.Name));
    }

    [Fact]
    public async Task A_host_that_stops_answers_what_waits()
    {
        using var host = await Serving();
        var predictor = host.Services.GetRequiredService<IPredictor>();
        var asked = ServedRuns.Texts.Select(text => predictor.PredictAsync("opinions", text)).ToList();
        await host.StopAsync();
        Assert.All(await Task.WhenAll(asked), answer => Assert.NotEmpty(answer.Classes));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => predictor.PredictAsync("opinions", "late"));
    }

    private Task<IHost> Serving(Action<PredictorOptions>? configure = null) => ServedRuns.Serve(served =>
    {
        foreach (var name in s_names)
            served.Adapters[name] = runs.Folder(name);
        configure?.Invoke(served);
    });

    /// <summary>The sizes of the batches of this process, from the meter.</summary>
    private static MeterListener Batches(List<int> sizes)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Name == "peft.predictor.batch")
                    listening.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<int>((_, size, _, _) =>
        {
            lock (sizes)
                sizes.Add(size);
        });
        listener.Start();
        return listener;
    }

    private static string Shown(Prediction prediction) =>
        $"{prediction.Text}: {string.Join(", ", prediction.Classes.Select(found => $"{found.Label} {found.Probability:F4}"))}";
}
