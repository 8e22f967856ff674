using Microsoft.Extensions.DependencyInjection;
using Peft.Data;
using Peft.Models;
using Peft.Training;

namespace Peft.Hosting.Tests;

/// <summary>Texts that a host generates, against those of the run alone.</summary>
public sealed class GenerationTests(GeneratingRuns runs) : IClassFixture<GeneratingRuns>
{
    private const int Tokens = 24;

    private static readonly GenerateOptions s_short = new() { MaxTokens = Tokens };

    /// <summary>Nearly uniform, so that the end token hardly ever comes: as many tokens as the model has positions.</summary>
    private static readonly GenerateOptions s_endless = new() { Temperature = 100, Seed = 1 };

    [Fact]
    public async Task Texts_that_are_generated_at_once_are_those_of_the_run_alone()
    {
        using var host = await runs.Serve();
        var predictor = host.Services.GetRequiredService<IPredictor>();
        using var alone = TrainedModel.Load(runs.Folder("venues"), ServedRuns.Methods);
        var contexts = GeneratingRuns.Contexts.Select(context => new GenerationRecord(context, [])).ToList();
        var greedy = new GenerationOptions { MaxNewTokens = Tokens };
        var expected = alone.Contexts.Decode(new GenerationSet("", contexts), greedy, batchSize: 1);
        var found = await Task.WhenAll(GeneratingRuns.Contexts.Select(context => Task.Run(() => Pieces(predictor, context))));
        Assert.Equal(expected.Texts, found.Select(pieces => string.Concat(pieces)));
        Assert.All(found, pieces => Assert.True(pieces.Count > 1, "the text came in one piece"));
        Assert.All(found, pieces => Assert.All(pieces, Assert.NotEmpty));
    }

    [Fact]
    public async Task A_prompt_of_plain_text_is_continued_with_its_blanks_as_the_generator_does()
    {
        using var host = await runs.Serve();
        var predictor = host.Services.GetRequiredService<IPredictor>();
        using var alone = TrainedModel.Load(runs.Folder("text"), ServedRuns.Methods);
        var prompt = "The river is";
        var sequence = new TokenGenerator((CausalLanguageModel)alone.Model.Backbone, alone.Model.Run).Generate(
            [[.. alone.Tokenizer.Encode(prompt).Ids]], new GenerationOptions { MaxNewTokens = Tokens })[0];
        var pieces = new List<GeneratedPiece>();
        await foreach (var piece in predictor.StreamAsync("text", prompt, s_short))
            pieces.Add(piece);
        Assert.Equal(alone.Tokenizer.Decode(sequence.Tokens), string.Concat(pieces.Select(piece => piece.Text)));
        Assert.All(pieces[..^1], piece => Assert.Null(piece.Summary));
        Assert.Equal(
            (sequence.EndToken is null ? GenerationEnd.MaxTokens : GenerationEnd.EndToken, alone.Tokenizer.Encode(prompt).Ids.Length),
            (pieces[^1].Summary!.End, pieces[^1].Summary!.PromptTokens));
    }

    [Fact]
    public async Task A_completion_reads_messages_with_the_template_of_its_run()
    {
        using var host = await runs.Serve();
        var predictor = host.Services.GetRequiredService<IPredictor>();
        using var alone = TrainedModel.Load(runs.Folder("chat"), ServedRuns.Methods);
        var written = "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n";
        var sequence = new TokenGenerator((CausalLanguageModel)alone.Model.Backbone, alone.Model.Run).Generate(
            [[.. alone.Tokenizer.Encode(written).Ids]], new GenerationOptions { MaxNewTokens = Tokens })[0];
        var expected = alone.Tokenizer.Decode(sequence.Tokens).Split("<|im_end|>")[0].Trim();
        var prompt = GenerationPrompt.FromMessages([new("system", "Be brief."), new("user", "Hello")]);
        var found = "";
        await foreach (var piece in predictor.StreamAsync("chat", prompt, s_short))
            found += piece.Text;
        Assert.Equal(expected, found);
    }

    [Fact]
    public async Task The_same_seed_samples_the_same_text()
    {
        using var host = await runs.Serve();
        var predictor = host.Services.GetRequiredService<IPredictor>();
        var sampled = s_short with { Temperature = 1.5, TopP = 0.95, Seed = 3 };
        var both = await Task.WhenAll(
            Task.Run(() => Pieces(predictor, GeneratingRuns.Contexts[0], sampled)),
            Task.Run(() => Pieces(predictor, GeneratingRuns.Contexts[0], sampled)));
        Assert.Equal(string.Concat(both[0]), string.Concat(both[1]));
        Assert.NotEqual(
            string.Concat(both[0]), string.Concat(await Pieces(predictor, GeneratingRuns.Contexts[0], sampled with { Seed = 4 })));
        Assert.Equal(
            string.Concat(await Pieces(predictor, GeneratingRuns.Contexts[0])),
            string.Concat(await Pieces(predictor, GeneratingRuns.Contexts[0], s_short with { Temperature = 0, TopP = 0.5 })));
    }

    [Fact]
    public async Task A_run_gives_the_bits_that_it_gives_alone_while_texts_are_sampled()
    {
        using var host = await runs.Serve();
        var predictor = host.Services.GetRequiredService<IPredictor>();
        await RunBits.AssertSameBeside(
            time => Pieces(predictor, GeneratingRuns.Contexts[0], s_short with { Temperature = 1, Seed = time }));
    }

    [Fact]
    public async Task No_piece_ends_within_a_character_and_the_pieces_are_the_text_of_all_tokens()
    {
        using var host = await runs.Serve();
        var predictor = host.Services.GetRequiredService<IPredictor>();
        using var alone = TrainedModel.Load(runs.Folder("text"), ServedRuns.Methods);
        var generator = new TokenGenerator((CausalLanguageModel)alone.Model.Backbone, alone.Model.Run);
        var incomplete = 0;
        for (var seed = 0; seed < 8; seed++)
        {
            // nearly uniform: many tokens are parts of characters
            var tokens = generator.Generate(
                [[.. alone.Tokenizer.Encode("é").Ids]],
                new GenerationOptions { MaxNewTokens = 100, Sample = true, Temperature = 100, Seed = (ulong)seed })[0].Tokens;
            var options = new GenerateOptions { MaxTokens = 100, Temperature = 100, Seed = seed };
            var pieces = await Pieces(predictor, "é", options, "text");
            Assert.Equal(alone.Tokenizer.Decode(tokens), string.Concat(pieces));
            Assert.All(pieces[..^1], piece => Assert.False(piece.EndsWith('\uFFFD')));
            incomplete += Enumerable.Range(1, tokens.Count).Count(count => alone.Tokenizer.Decode(tokens.Take(count)).EndsWith('\uFFFD'));
        }

        Assert.True(incomplete > 8, $"{incomplete} tokens ended within a character");
    }

    [Fact]
    public async Task A_stop_sequence_ends_the_text_in_front_of_it()
    {
        using var host = await runs.Serve();
        var predictor = host.Services.GetRequiredService<IPredictor>();
        var whole = string.Concat(await Pieces(predictor, GeneratingRuns.Contexts[0]));
        var stop = whole[(whole.Length / 2)..((whole.Length / 2) + 5)];
        var (text, summary) = ("", (GenerationSummary?)null);
        await foreach (var piece in predictor.StreamAsync(
            "venues", GeneratingRuns.Contexts[0], s_short with { StopSequences = ["never", stop] }))
            (text, summary) = (text + piece.Text, piece.Summary);
        Assert.Equal(whole[..whole.IndexOf(stop, StringComparison.Ordinal)].Trim(), text);
        Assert.Equal(GenerationEnd.StopSequence, summary!.End);
        Assert.True(summary.NewTokens < Tokens);
    }

    [Fact]
    public async Task Other_texts_are_answered_while_a_text_is_generated()
    {
        using var host = await runs.Serve();
        var predictor = host.Services.GetRequiredService<IPredictor>();
        var hasBegun = new TaskCompletionSource();
        var reading = Task.Run(async () =>
        {
            await foreach (var _ in predictor.GenerateAsync("venues", GeneratingRuns.Contexts[0], s_endless))
                hasBegun.TrySetResult();
        });
        await hasBegun.Task;
        for (var index = 0; index < 3; index++)
            Assert.NotEmpty((await predictor.PredictAsync("opinions", ServedRuns.Texts[index])).Classes);
        Assert.NotEmpty(await Pieces(predictor, GeneratingRuns.Contexts[1], new() { MaxTokens = 8 }));
        Assert.False(reading.IsCompleted);
        predictor.Unload("venues"); // the text goes on
        await reading;
        await Assert.ThrowsAsync<UnknownAdapterException>(() => Pieces(predictor, GeneratingRuns.Contexts[1]));
    }

    [Fact]
    public async Task A_text_has_an_equal_share_of_the_time_while_others_are_answered()
    {
        using var host = await runs.Serve();
        var predictor = host.Services.GetRequiredService<IPredictor>();
        var longText = string.Concat(Enumerable.Repeat("the film was good ", 25));
        (string, string?)[] many = [.. Enumerable.Repeat((longText, (string?)null), 320)]; // ten batches, each slower than a token
        var answers = predictor.PredictAsync("opinions", many);
        var (text, batches) = (Pieces(predictor, GeneratingRuns.Contexts[0], new() { MaxTokens = 20 }), 10);
        Assert.Same(text, await Task.WhenAny(text, answers)); // 20 tokens take less than ten batches
        Assert.Equal(batches * 32, (await answers).Count);
    }

    [Fact]
    public async Task A_text_that_nobody_reads_any_more_ends_and_its_place_is_free()
    {
        using var host = await runs.Serve(served => served.MostGenerations = 1);
        var predictor = host.Services.GetRequiredService<IPredictor>();
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var piece in predictor.GenerateAsync("venues", GeneratingRuns.Contexts[0], s_endless, stop.Token))
            {
                await Assert.ThrowsAsync<GenerationsBusyException>(() => Pieces(predictor, GeneratingRuns.Contexts[0]));
                await stop.CancelAsync();
            }
        });
        await foreach (var piece in predictor.GenerateAsync("venues", GeneratingRuns.Contexts[0], s_endless))
            break;
        Assert.NotEmpty(await Pieces(predictor, GeneratingRuns.Contexts[0]));
    }

    [Fact]
    public async Task A_host_that_stops_ends_its_texts()
    {
        using var host = await runs.Serve();
        var predictor = host.Services.GetRequiredService<IPredictor>();
        await using var reader = predictor.GenerateAsync("venues", GeneratingRuns.Contexts[0], s_endless).GetAsyncEnumerator();
        Assert.True(await reader.MoveNextAsync());
        await host.StopAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            while (await reader.MoveNextAsync())
            {
            }
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Pieces(predictor, GeneratingRuns.Contexts[0]));
    }

    [Fact]
    public async Task What_cannot_be_generated_says_why()
    {
        using var host = await runs.Serve();
        var predictor = host.Services.GetRequiredService<IPredictor>();
        var classifier = await Assert.ThrowsAsync<AdapterOperationException>(() => Pieces(predictor, "a", adapter: "opinions"));
        Assert.Equal(
            "the adapter 'opinions' (task builtin on builtin) generates no texts; it predicts answers, and gives vectors of texts.",
            classifier.Message);
        await Assert.ThrowsAsync<UnknownAdapterException>(() => Pieces(predictor, "a", adapter: "none"));
        foreach (var options in (GenerateOptions[])[
            new() { MaxTokens = 0 }, new() { Temperature = -1 }, new() { Temperature = double.NaN }, new() { TopP = 0 }, new() { TopK = 0 },
            new() { StopSequences = [""] }])
            await Assert.ThrowsAsync<GenerateOptionException>(() => Pieces(predictor, "a", options));
        var room = await Assert.ThrowsAsync<PromptRoomException>(
            () => Pieces(predictor, string.Join(' ', Enumerable.Repeat("near the river", 600))));
        Assert.Contains("takes prompts of at most", room.Message, StringComparison.Ordinal);
        Assert.Throws<GenerateOptionException>(() => GenerationPrompt.FromMessages([]));
        Assert.Throws<GenerateOptionException>(() => GenerationPrompt.FromMessages([new("tool", "a")]));
        Assert.NotEmpty(await Pieces(predictor, GeneratingRuns.Contexts[0]));
    }

    private static async Task<List<string>> Pieces(
        IPredictor predictor, string prompt, GenerateOptions? options = null, string adapter = "venues")
    {
        var pieces = new List<string>();
        await foreach (var piece in predictor.GenerateAsync(adapter, prompt, options ?? s_short))
            pieces.Add(piece);
        return pieces;
    }
}
