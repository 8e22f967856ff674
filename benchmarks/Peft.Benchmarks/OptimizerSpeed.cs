using System.Diagnostics;
using System.Globalization;
using Peft.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft.Benchmarks;

/// <summary>
/// Clipping and AdamW alone, the training loop's and TorchSharp's in turn: LoRA at BERT-base shape, and all weights of GPT-2 small.
/// </summary>
internal static class OptimizerSpeed
{
    private const int Repeats = 5;

    public static int Run()
    {
        Compare("LoRA, 48 x [8, 768]", [.. Enumerable.Repeat((long[])[8, 768], 48)]);
        long[][] layer = [[768], [768], [2304, 768], [2304], [768, 768], [768], [768], [768], [3072, 768], [3072], [768, 3072], [768]];
        Compare("GPT-2 small, all weights",
            [[50257, 768], [1024, 768], .. Enumerable.Repeat(layer, 12).SelectMany(shapes => shapes), [768], [768]]);
        return 0;
    }

    private static void Compare(string what, IReadOnlyList<long[]> shapes)
    {
        using var scope = NewDisposeScope();
        Parameter[] parameters = [.. shapes.Select(shape => new Parameter(randn(shape)))];
        foreach (var parameter in parameters)
            parameter.grad = randn(parameter.shape);
        using var theirs = optim.AdamW(parameters, lr: 1e-4, weight_decay: 0.01);
        using var ours = new FlatAdamW(
            parameters.Select((parameter, number) => ($"{number}", parameter, true)), new AdamWSettings(0.01, 1e-8));
        var (plain, flat) = (new List<double>(), new List<double>());
        for (var repeat = 0; repeat < Repeats + 1; repeat++)
        {
            plain.Add(Seconds(() =>
            {
                nn.utils.clip_grad_norm_(parameters, 1.0);
                theirs.step();
            }));
            flat.Add(Seconds(() => ours.Step(1e-4, Math.Min(1, 1 / (ours.GradientNorm() + 1e-6)))));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: TorchSharp {1000 * Median(plain):F3} ms, one pass {1000 * Median(flat):F3} ms, ratio "
                + $"{Median(flat) / Median(plain):F2}"));
    }

    private static double Seconds(Action work)
    {
        using var scope = NewDisposeScope();
        var watch = Stopwatch.StartNew();
        work();
        return watch.Elapsed.TotalSeconds;
    }

    private static double Median(List<double> values) => values.Skip(1).Order().ElementAt(Repeats / 2);
}
