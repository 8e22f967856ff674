using System.Diagnostics;
using System.Text.Json;
using Peft.Models;
using Peft.Methods;
using Peft.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Benchmarks;

/// <summary>GPT-2 small: a training step, and decoding; each in a process of its own so that peak memory is its alone.</summary>
internal static class DecoderSpeed
{
    private const int Batch = 8, Length = 128;
    private const int Prompts = 16, PromptLength = 32, NewTokens = 64;

    private static DecoderConfig Config => new()
    {
        VocabularySize = 50257, HiddenSize = 768, Layers = 12, Heads = 12, IntermediateSize = 3072, MaxPositions = 1024,
    };

    /// <summary>Every token but the first is a label, so that both sides compute all logits.</summary>
    public static int Step(string method, int steps)
    {
        manual_seed(1);
        var decoder = new CausalLanguageModel(Config);
        using var model = new PeftModel(decoder);
        model.Attach(Spec(method), seed: 1);
        decoder.train();
        var ids = randint(0, Config.VocabularySize, [Batch, Length], dtype: ScalarType.Int64);
        var labels = ids.slice(1, 1, Length, 1).reshape(-1);
        var rows = arange(Batch * Length, dtype: ScalarType.Int64).view(Batch, Length).slice(1, 0, Length - 1, 1).reshape(-1);
        using var optimizer = StepOptimizer.Create(model, rate: 2e-4, steps + 2);
        Measure(
            () =>
            {
                using var scope = NewDisposeScope();
                Tensor Hidden()
                {
                    var hidden = decoder.Decoder.call(new DecoderInputs(ids)).LastHidden;
                    return hidden.reshape(-1, hidden.shape[2]).index_select(0, rows);
                }

                var loss = MixtureObjective.Loss(
                    model, Hidden, (first, second, weight) =>
                        VocabularyLoss.Compute(first, second, decoder.HeadWeight, labels, new LossWeights(0, weight, labels.shape[0])));
                Backward.Run(loss);
                optimizer.Clip(always: false);
                optimizer.Step();
            },
            steps,
            warm: 2);
        return 0;
    }

    public static int Decode(int beams, int repeats, string deviceName, string dtype)
    {
        manual_seed(1);
        var target = device(deviceName == "cuda" ? "cuda:0" : deviceName);
        var decoder = new CausalLanguageModel(Config);
        decoder.to(dtype == "bfloat16" ? ScalarType.BFloat16 : ScalarType.Float32).to(target);
        var generator = new TokenGenerator(decoder);
        var random = new Random(1);
        int[][] prompts = [.. Enumerable.Range(0, Prompts)
            .Select(_ => Enumerable.Range(0, PromptLength).Select(_ => random.Next(Config.VocabularySize)).ToArray())];
        var options = new GenerationOptions { MaxNewTokens = NewTokens, Beams = beams, EndTokens = [] };
        Measure(() => generator.Generate(prompts, options), repeats, warm: 1, Prompts * NewTokens, target);
        return 0;
    }

    private static void Measure(Action work, int times, int warm, int tokens = Batch * Length, Device? target = null)
    {
        var (seconds, processor) = (new List<double>(), new List<double>());
        for (var i = 0; i < times + warm; i++)
        {
            var (watch, used) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
            work();
            seconds.Add(watch.Elapsed.TotalSeconds);
            processor.Add((Environment.CpuUsage.TotalTime - used).TotalSeconds);
        }

        double Median(List<double> values) => values.Skip(warm).Order().ElementAt(times / 2);
        var median = Median(seconds);
        Console.WriteLine(JsonSerializer.Serialize(
            new { seconds = median, processorSeconds = Median(processor), peakBytes = DevicePeak.Bytes(target ?? CPU),
                tokensPerSecond = tokens / median }));
    }

    private static AdapterSpec Spec(string method)
    {
        var settings = new Dictionary<string, string>
        {
            ["lora.rank"] = "4", ["lora.alpha"] = "32", ["adamix.experts"] = "8", ["adamix.share"] = "up", ["adamix.route"] = "layer",
        };
        return MethodExpression.Parse(new MethodRegistry().Add<Lora>().Add<Full>(), method == "adamix-lora"
            ? "adamix(lora)" : method, settings);
    }
}
