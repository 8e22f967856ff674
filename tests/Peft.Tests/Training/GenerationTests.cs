using Microsoft.Extensions.DependencyInjection;
using Peft.Data;
using Peft.Training;
using static TorchSharp.torch;

namespace Peft.Tests.Training;

public sealed class GenerationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-generation-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    public void The_loss_and_its_gradient_are_those_of_the_formula(double smoothing)
    {
        manual_seed(1).Dispose();
        using var scope = NewDisposeScope();
        var (logits, labels) = (randn([3, 5], float64), tensor(new long[] { 4, 0, 2 }));
        var free = logits.clone().requires_grad_();
        var loss = LanguageModelLoss.Compute(free, labels, smoothing);
        Assert.Equal(Formula(logits, [4, 0, 2], smoothing), loss.item<double>(), 12);
        loss.backward();
        for (var i = 0; i < 15; i++)
        {
            var step = zeros(15, dtype: float64);
            step[i] = 1e-6;
            var slope = (
                Formula(logits + step.view(3, 5), [4, 0, 2], smoothing) - Formula(logits - step.view(3, 5), [4, 0, 2], smoothing)) / 2e-6;
            Assert.Equal(slope, free.grad!.view(-1)[i].item<double>(), 7);
        }
    }

    [Fact]
    public void Smoothing_of_1_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => LanguageModelLoss.Compute(zeros(1, 2), zeros(1, dtype: int64), 1));

    [Fact]
    public void An_example_is_context_end_text_end_and_a_long_one_loses_the_context_first()
    {
        var tokenizer = TokenizerFiles.Load(BackboneSource.Folder(BackboneSource.BuiltInDecoder));
        var (context, text) = (
            BackboneSource.TokensOf(tokenizer, "name : The Vaults"), BackboneSource.TokensOf(tokenizer, " It is cheap ."));
        var whole = new GenerationEncoder(tokenizer, 8191, 100).Encode("name : The Vaults", "It is cheap .");
        Assert.Equal([.. context, 8191, .. text, 8191], whole.Ids);
        Assert.Equal(context.Count + 1, whole.CompletionStart);
        var cut = new GenerationEncoder(tokenizer, 8191, text.Count + 3).Encode("name : The Vaults", "It is cheap .");
        Assert.Equal([context[^1], 8191, .. text, 8191], cut.Ids);
    }

    [Fact]
    public void A_batch_predicts_every_completion_token_from_the_one_before()
    {
        using var scope = NewDisposeScope();
        var batch = GenerationBatch.Create([new GenerationExample([5, 6, 7, 8], 2), new GenerationExample([1, 2, 3], 1)], padId: 0, CPU);
        Assert.Equal([5L, 6, 7, 8, 1, 2, 3, 0], batch.Inputs.Ids.data<long>().ToArray());
        Assert.Equal([1L, 1, 1, 1, 1, 1, 1, 0], batch.Inputs.Mask!.data<long>().ToArray());
        Assert.Equal([1L, 2, 4, 5], batch.Rows.data<long>().ToArray());
        Assert.Equal([7L, 8, 2, 3], batch.Labels.data<long>().ToArray());
        Assert.Equal(7, batch.Tokens);
    }

    [Theory]
    [InlineData("lora")]
    [InlineData("adamix(lora)")]
    [InlineData("houlsby")]
    public void A_decoder_learns_to_complete(string method)
    {
        File.WriteAllLines(Path.Combine(_folder, "train.txt"), Enumerable.Range(0, 16)
            .Select(i => $"name : The {(i % 2 == 0 ? "Vaults" : "Eagle")}||The place is cheap ."));
        File.Copy(Path.Combine(_folder, "train.txt"), Path.Combine(_folder, "valid.txt"));
        var options = new TrainingOptions
        {
            Task = "e2e", Data = _folder, Method = method, Epochs = 6, BatchSize = 8, MaxLength = 32, Threads = 1, LabelSmoothing = 0.1,
                Output = Path.Combine(_folder, "run"),
        };
        var watching = new Watching();
        using var host = Watching.Host();
        var result = host.Services.GetRequiredService<FineTuner>().Run(options, watching, CancellationToken.None);
        Assert.Equal(12, result.Steps);
        Assert.True(watching.Epochs[^1].Metrics["loss"] < watching.Epochs[0].Metrics["loss"]);
        Assert.Equal(Math.Exp(-result.Metrics["loss"]), result.Primary, 9);
        Assert.True(File.Exists(Path.Combine(_folder, "run", "adapter", "adapter.json")));
    }

    private static double Formula(Tensor logits, long[] labels, double smoothing)
    {
        var sum = 0.0;
        for (var row = 0; row < labels.Length; row++)
        {
            double[] values = [.. Enumerable.Range(0, 5).Select(i => logits[row, i].item<double>())];
            var total = Math.Log(values.Sum(Math.Exp));
            sum += ((1 - smoothing) * (total - values[labels[row]])) + (smoothing * values.Average(value => total - value));
        }

        return sum / (labels.Length + 1e-4);
    }
}
