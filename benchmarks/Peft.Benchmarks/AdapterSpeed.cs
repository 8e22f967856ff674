using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Peft.Models;
using Peft.Methods;
using static TorchSharp.torch;

namespace Peft.Benchmarks;

/// <summary>
/// Forward time of one active adapter alone and beside eight that rest, measured in turn on the same backbone, and what switching and rows
/// with different adapters cost.
/// </summary>
internal static class AdapterSpeed
{
    private const int Loaded = 8;

    public static int Run(string shape, int rounds)
    {
        manual_seed(1);
        var config = Config(shape);
        using var model = new PeftModel(new SequenceClassifier(config), SequenceClassifier.HeadName);
        var classifier = (SequenceClassifier)model.Backbone;
        classifier.eval();
        using var frozen = no_grad();
        var inputs = new EncoderInputs(randint(0, config.VocabularySize, [Loaded, 64], dtype: ScalarType.Int64));
        void Forward() => model.Run(() => classifier.call(inputs));

        model.Adapters.Add("active", AdapterSpec.For<Lora>(), 1);
        model.Adapters.Activate("active");
        string[] names = [.. Enumerable.Range(0, Loaded).Select(number => number.ToString(CultureInfo.InvariantCulture))];
        var (alone, loaded, switching, rows) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < rounds + 2; round++)
        {
            alone.Add(Seconds(Forward));
            foreach (var name in names)
                model.Adapters.Add(name, AdapterSpec.For<Lora>(), 2);
            loaded.Add(Seconds(Forward));
            switching.Add(Seconds(() => model.Adapters.Activate(names[0])) + Seconds(() => model.Adapters.Activate("active")));
            rows.Add(Seconds(() => model.RunRows(names, inputs, batch => classifier.call(batch))));
            foreach (var name in names)
                model.Adapters.Remove(name);
        }

        var (first, second) = (Median(alone), Median(loaded));
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            shape, rounds, alone = first, loaded = second, ratio = second / first, switchOnce = Median(switching) / 2,
                rowsOfEight = Median(rows), rowsRatio = Median(rows) / first,
        }));
        return 0;
    }

    private static double Seconds(Action action)
    {
        using var scope = NewDisposeScope();
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalSeconds;
    }

    /// <summary>The first two rounds compile and warm up.</summary>
    private static double Median(List<double> seconds) => seconds.Skip(2).Order().ElementAt((seconds.Count - 2) / 2);

    private static EncoderConfig Config(string shape) => shape switch
    {
        "bert-base" => new EncoderConfig {
            Family = EncoderFamily.Bert, VocabularySize = 30522, HiddenSize = 768, Layers = 12, Heads = 12, IntermediateSize = 3072 },
        "tiny" => new EncoderConfig {
            Family = EncoderFamily.Bert, VocabularySize = 1000, HiddenSize = 64, Layers = 12, Heads = 2, IntermediateSize = 128 },
        _ => throw new ArgumentException($"shape '{shape}' is neither bert-base nor tiny", nameof(shape)),
    };
}
