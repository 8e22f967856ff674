using Microsoft.Extensions.DependencyInjection;
using Peft.Training;

namespace Peft.Hosting.Tests;

/// <summary>Vectors that a host gives, against those of the embedder alone.</summary>
public sealed class EmbeddingTests(ServedRuns runs) : IClassFixture<ServedRuns>
{
    private static readonly string[] s_names = ["mixture", "opinions", "tickets"];

    [Fact]
    public async Task Vectors_of_texts_that_come_at_once_are_those_of_the_embedder_alone()
    {
        using var host = await ServedRuns.Serve(served =>
        {
            served.LongestWait = TimeSpan.FromMilliseconds(50);
            foreach (var name in s_names)
                served.Adapters[name] = runs.Folder(name);
        });
        var predictor = host.Services.GetRequiredService<IPredictor>();
        foreach (var name in s_names)
        {
            using var alone = TrainedModel.Load(runs.Folder(name), ServedRuns.Methods);
            using var embedder = SentenceEmbedder.Create(alone);
            var found = await Task.WhenAll(ServedRuns.Texts.Select(text => Task.Run(() => predictor.EmbedAsync(name, text))));
            for (var index = 0; index < found.Length; index++)
                AssertNear(embedder.Embed(ServedRuns.Texts[index]).Values, found[index]);
        }

        var together = await predictor.EmbedAsync("opinions", ServedRuns.Texts);
        Assert.Equal(ServedRuns.Texts, together.Select(one => one.Text));
        Assert.All(together, one => Assert.True(one.Tokens > 2));
        Assert.NotEqual((await predictor.EmbedAsync("opinions", "a"))[0], (await predictor.EmbedAsync("mixture", "a"))[0]);
    }

    [Fact]
    public async Task An_adapter_that_has_learnt_nothing_gives_the_vectors_of_its_backbone()
    {
        using var folder = new TemporaryFolder();
        var run = Path.Combine(folder.Path, "run");
        ServedRuns.Tuner.Run(TestHost.Run with { Method = "lora", MaxSteps = 1, LearningRate = 1e-30, Output = run });
        using var host = await ServedRuns.Serve(served =>
            (served.Adapters["new"], served.Pooling, served.NormalizesEmbeddings) = (run, SentencePooling.Cls, false));
        var options = new EmbeddingOptions { Pooling = SentencePooling.Cls, Normalize = false };
        using var bare = SentenceEmbedder.Load(Path.Combine(AppContext.BaseDirectory, "assets", "tiny-bert-en"), options);
        var predictor = host.Services.GetRequiredService<IPredictor>();
        AssertNear(bare.Embed("the film was good").Values, await predictor.EmbedAsync("new", "the film was good"));
    }

    [Fact]
    public Task A_run_gives_the_bits_that_it_gives_alone_while_encoders_are_loaded() => RunBits.AssertSameBeside(_ =>
    {
        SentenceEmbedder.Load(Path.Combine(AppContext.BaseDirectory, "assets", "tiny-bert-en")).Dispose();
        return Task.CompletedTask;
    });

    [Fact]
    public async Task What_has_no_vector_says_why()
    {
        using var folder = new TemporaryFolder();
        var run = Path.Combine(folder.Path, "run");
        ServedRuns.Tuner.Run(TestHost.Run with
        {
            Task = "venues", Backbone = "builtin-gpt2", Method = "lora", MaxSteps = 1, Output = run,
        });
        using var host = await ServedRuns.Serve(served =>
            (served.Adapters["writer"], served.Adapters["opinions"]) = (run, runs.Folder("opinions")));
        var predictor = host.Services.GetRequiredService<IPredictor>();
        var decoder = await Assert.ThrowsAsync<AdapterOperationException>(() => predictor.EmbedAsync("writer", "a"));
        Assert.Equal(
            "the adapter 'writer' (task venues on builtin-gpt2) gives no vectors of texts; it generates texts.", decoder.Message);
        var empty = await Assert.ThrowsAsync<PredictionTextException>(() => predictor.EmbedAsync("opinions", ["a", " "]));
        Assert.StartsWith("text 2: expected a text", empty.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<UnknownAdapterException>(() => predictor.EmbedAsync("none", "a"));
        Assert.Equal(
            [(true, false), (false, true)], predictor.Adapters.Select(adapter => (adapter.Embeds, adapter.Generates)));
    }

    private static void AssertNear(IReadOnlyList<float> expected, IReadOnlyList<float> found)
    {
        Assert.Equal(expected.Count, found.Count);
        foreach (var (one, other) in expected.Zip(found))
            Assert.Equal(one, other, 1e-5f);
    }
}
