using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Peft.Methods;
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
        var batches = new List<(int Texts, int Adapters)>();
        using var listener = Batches(host, batches);
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

        Assert.Equal(asked.Count, batches.Sum(batch => batch.Texts));
        Assert.True(batches.Max(batch => batch.Texts) <= 32);
        Assert.Contains(batches, batch => batch.Adapters > 1);
    }

    [Fact]
    public async Task Adapters_that_cannot_share_a_pass_have_their_own()
    {
        using var host = await Serving(served =>
        {
            served.LongestWait = TimeSpan.FromMilliseconds(50);
            (served.Adapters["prefix"], served.Adapters["tuned"]) = (runs.Folder("prefix"), runs.Folder("tuned"));
        });
        var batches = new List<(int Texts, int Adapters)>();
        using var listener = Batches(host, batches);
        var predictor = host.Services.GetRequiredService<IPredictor>();
        string[] names = ["prefix", "tuned", "opinions"]; // rows of a prefix are longer; the weights of full fine-tuning are its own
        var asked = names.SelectMany(name => ServedRuns.Texts.Take(8).Select(text => (name, text))).ToList();
        var answers = await Task.WhenAll(asked.Select(ask => predictor.PredictAsync(ask.name, ask.text)));
        Assert.All(batches, batch => Assert.Equal(1, batch.Adapters));
        foreach (var name in names)
        {
            using var alone = TrainedModel.Load(runs.Folder(name), ServedRuns.Methods);
            Assert.Equal(
                alone.Predict([.. ServedRuns.Texts.Take(8)], batchSize: 1).Select(Shown),
                asked.Zip(answers).Where(pair => pair.First.name == name).Select(pair => Shown(pair.Second)));
        }
    }

    [Fact]
    public async Task An_adapter_that_fails_does_not_take_the_answers_of_others_in_its_pass()
    {
        using var host = await Serving();
        var options = host.Services.GetRequiredService<CurrentPredictorOptions>();
        var table = new AdapterTable();
        var queue = new RowQueue(TimeProvider.System);
        foreach (var name in s_names)
            table.Add(name, TrainedModel.Load(runs.Folder(name), ServedRuns.Methods), new EmbeddingOptions());
        var broken = table.Retain("mixture");
        broken.Model.Model.Adapter!.Dispose(); // its tensors are gone
        WaitingRow<Prediction>[] rows = [.. s_names.Select(name => Row(table.Retain(name)))];
        Assert.Single(rows.Select(row => row.Group).Distinct());
        queue.Add(rows, 10);
        new PredictorThread(table, queue, options, host.Services.GetRequiredService<PredictorMeters>(), TimeProvider.System).Start();
        await Assert.ThrowsAnyAsync<Exception>(() => rows[0].Answer);
        Assert.NotEmpty((await rows[1].Answer).Classes);
        Assert.NotEmpty((await rows[2].Answer).Classes);
        queue.Close();

        static WaitingRow<Prediction> Row(LoadedAdapter adapter) => new(adapter, adapter.Passes, ("a good film", null), default);
    }

    [Theory]
    [InlineData("tickets")] // in the passes of the other adapter
    [InlineData("prefix")] // in a pass of its own
    public async Task A_long_request_of_one_adapter_does_not_hold_up_another(string other)
    {
        using var host = await Serving(served =>
        {
            (served.MostRows, served.LongestWait) = (8, TimeSpan.FromMilliseconds(200));
            served.Adapters["prefix"] = runs.Folder("prefix");
        });
        var predictor = host.Services.GetRequiredService<IPredictor>();
        (string, string?)[] many = [.. Enumerable.Range(0, 400).Select(row => ($"a film about {row} ships", (string?)null))];
        var first = predictor.PredictAsync("opinions", many);
        await predictor.PredictAsync(other, "where is my parcel");
        Assert.False(first.IsCompleted, "the other adapter's text waited for all 400");
        Assert.Equal(400, (await first).Count);
    }

    [Fact]
    public async Task Adapters_of_one_backbone_share_its_memory()
    {
        using var host = await Serving();
        var predictor = host.Services.GetRequiredService<IPredictor>();
        Assert.Equal(s_names, predictor.Adapters.Select(adapter => adapter.Name));
        foreach (var adapter in predictor.Adapters)
        {
            var tensors = new FileInfo(Path.Combine(runs.Folder(adapter.Name), "adapter", "adapter.safetensors")).Length;
            Assert.InRange(adapter.OwnBytes, tensors * 0.7, 2_000_000); // the mixture's experts share what is not copied
        }

        Assert.Equal(("tickets", "houlsby", "builtin", 12), predictor.Adapters[2] is var tickets
            ? (tickets.Task, tickets.Method, tickets.Backbone, tickets.Labels.Count) : default);
        foreach (var name in s_names[1..])
            predictor.Unload(name);
        Assert.InRange(Assert.Single(predictor.Adapters).OwnBytes, 15_000_000, 30_000_000); // nobody else uses the backbone now
        predictor.Unload(s_names[0]);
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
        await RunBits.AssertSameBeside(
            async _ => await host.Services.GetRequiredService<IPredictor>().LoadAsync("other", runs.Folder("tickets")));
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

    [Fact]
    public async Task A_mistyped_value_in_a_reloaded_configuration_is_logged_once_and_the_last_valid_options_apply()
    {
        const string MostRows = "Peft:Predictor:MostRows";
        var builder = Host.CreateApplicationBuilder();
        using var log = new WarningLog();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Configuration[MostRows] = "3";
        builder.Configuration["Peft:Predictor:Adapters:opinions"] = runs.Folder("opinions");
        builder.Services.AddPeft(peft => peft.AddMethodsFrom(typeof(Lora).Assembly).AddPredictor(served => served.Threads = 1)
            .Bind(builder.Configuration.GetSection("Peft")));
        using var host = builder.Build();
        await host.StartAsync();
        var predictor = host.Services.GetRequiredService<IPredictor>();
        await predictor.PredictAsync("opinions", "a good film");
        Reload("many");
        for (var asked = 0; asked < 3; asked++)
            Assert.NotEmpty((await predictor.PredictAsync("opinions", "a good film")).Classes);
        Assert.Equal(3, host.Services.GetRequiredService<CurrentPredictorOptions>().Value.MostRows);
        Assert.Contains($"'many' at '{MostRows}'", Assert.Single(log.Messages), StringComparison.Ordinal);
        Reload("5");
        Assert.NotEmpty((await predictor.PredictAsync("opinions", "a good film")).Classes);
        Assert.Equal(5, host.Services.GetRequiredService<CurrentPredictorOptions>().Value.MostRows);
        Reload("few");
        await predictor.PredictAsync("opinions", "a good film");
        Assert.Equal(2, log.Messages.Count);
        await host.StopAsync();

        void Reload(string mostRows)
        {
            builder.Configuration[MostRows] = mostRows;
            _ = Record.Exception(((IConfigurationRoot)builder.Configuration).Reload); // the framework throws what cannot be read
        }
    }

    [Fact]
    public async Task A_wait_longer_than_a_timer_takes_ends_when_the_batch_is_full()
    {
        using var host = await Serving(served => (served.MostRows, served.LongestWait) = (2, TimeSpan.FromDays(50)));
        var predictor = host.Services.GetRequiredService<IPredictor>();
        var first = predictor.PredictAsync("opinions", "a good film");
        await Task.Delay(200);
        Assert.False(first.IsCompleted);
        await Task.WhenAll(first, predictor.PredictAsync("opinions", "a bad film"));
    }

    [Fact]
    public void A_model_that_cannot_be_added_is_freed()
    {
        var model = TrainedModel.Load(runs.Folder("opinions"), ServedRuns.Methods);
        var weight = model.Model.Backbone.parameters().First();
        var table = new AdapterTable();
        Assert.Throws<TrainingOptionsException>(() => table.Add("one", model, new EmbeddingOptions { BatchSize = 0 }));
        Assert.True(weight.IsInvalid);
        Assert.Empty(table.Adapters);
    }

    private Task<IHost> Serving(Action<PredictorOptions>? configure = null) => ServedRuns.Serve(served =>
    {
        foreach (var name in s_names)
            served.Adapters[name] = runs.Folder(name);
        configure?.Invoke(served);
    });

    /// <summary>The texts and adapters of each forward pass of a host, from its meter.</summary>
    private static MeterListener Batches(IHost host, List<(int Texts, int Adapters)> sizes)
    {
        var factory = host.Services.GetRequiredService<IMeterFactory>(); // other hosts of the process have meters of the same name
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Name == "peft.predictor.batch" && ReferenceEquals(instrument.Meter.Scope, factory))
                    listening.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<int>((_, size, tags, _) =>
        {
            lock (sizes)
                sizes.Add((size, (int)tags[0].Value!));
        });
        listener.Start();
        return listener;
    }

    private static string Shown(Prediction prediction) =>
        $"{prediction.Text}: {string.Join(", ", prediction.Classes.Select(found => $"{found.Label} {found.Probability:F4}"))}";
}
