using System.Diagnostics;
using System.Text.Json;
using Peft.Models;
using Peft.Methods;
using Peft.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Benchmarks;

/// <summary>
/// One training step at BERT-base, RoBERTa-large or tiny shape, in a process of its own so that peak memory is its alone.
/// </summary>
internal static class TrainingStep
{
    public static int Run(
        string method, int steps, string shape = "bert-base", string dtype = "float32", string deviceName = "cpu", int batch = 8,
        string setting = "")
    {
        if (setting == "medium")
            MatrixPrecision.Use("medium");
        manual_seed(1);
        var config = Config(shape);
        var target = device(deviceName == "cuda" ? "cuda:0" : deviceName);
        var classifier = new SequenceClassifier(config);
        if (dtype == "bfloat16")
            classifier.Encoder.to(ScalarType.BFloat16);
        classifier.to(target);
        classifier.Encoder.Stack.RecomputesActivations = setting == "recompute";
        using var model = new PeftModel(classifier, SequenceClassifier.HeadName);
        if (method != "head-only")
            model.Attach(Spec(method), seed: 1);
        classifier.train();
        var ids = randint(0, config.VocabularySize, [batch, 128], dtype: ScalarType.Int64).to(target);
        var labels = randint(0, 2, [batch], dtype: ScalarType.Int64).to(target);
        using var optimizer = StepOptimizer.Create(model, rate: 5e-4, steps + 2);
        var (seconds, processor) = (new List<double>(), new List<double>());
        for (var step = 0; step < steps + 2; step++)
        {
            var (watch, used) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
            Step(model, classifier, optimizer, new EncoderInputs(ids), labels);
            if (target.type == DeviceType.CUDA)
                cuda.synchronize();
            seconds.Add(watch.Elapsed.TotalSeconds);
            processor.Add((Environment.CpuUsage.TotalTime - used).TotalSeconds);
        }

        double Median(List<double> values) => values.Skip(2).Order().ElementAt(steps / 2);
        var median = Median(seconds);
        Console.WriteLine(JsonSerializer.Serialize(
            new { seconds = median, processorSeconds = Median(processor), peakBytes = DevicePeak.Bytes(target),
            tokensPerSecond = batch * 128 / median }));
        return 0;
    }

    private static void Step(PeftModel model, SequenceClassifier classifier, Optimizer optimizer, EncoderInputs inputs, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var (loss, _) = MixtureObjective.Loss(model, () => classifier.call(inputs), logits => nn.functional.cross_entropy(logits, labels));
        Backward.Run(loss);
        optimizer.Clip(always: false);
        optimizer.Step();
    }

    private static AdapterSpec Spec(string method)
    {
        var registry = new MethodRegistry().Add<Lora>().Add<Houlsby>();
        var settings = new Dictionary<string, string> { ["houlsby.size"] = "48", ["lora.rank"] = "8", ["adamix.experts"] = "4" };
        return MethodExpression.Parse(registry, method == "adamix-houlsby" ? "adamix(houlsby)" : method, settings);
    }

    private static EncoderConfig Config(string shape) => shape switch
    {
        "bert-base" => new EncoderConfig
        {
            Family = EncoderFamily.Bert, VocabularySize = 30522, HiddenSize = 768, Layers = 12, Heads = 12, IntermediateSize = 3072,
        },
        "roberta-large" => new EncoderConfig
        {
            Family = EncoderFamily.Roberta, VocabularySize = 50265, HiddenSize = 1024, Layers = 24, Heads = 16, IntermediateSize = 4096,
            MaxPositions = 514, TypeVocabularySize = 1, PadId = 1,
        },
        "tiny" => new EncoderConfig
        {
            Family = EncoderFamily.Bert, VocabularySize = 30522, HiddenSize = 256, Layers = 4, Heads = 4, IntermediateSize = 1024,
        },
        _ => throw new ArgumentException($"shape '{shape}' is none of bert-base, roberta-large, tiny", nameof(shape)),
    };
}
