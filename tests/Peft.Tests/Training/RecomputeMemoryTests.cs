using Peft.Models;
using Peft.Methods;
using Peft.Training;
using static TorchSharp.torch;

namespace Peft.Tests.Training;

public sealed class RecomputeMemoryTests
{
    [Fact]
    public void Recomputing_activations_takes_less_than_half_of_the_memory_for_activations()
    {
        using var scope = NewDisposeScope();
        manual_seed(1).Dispose();
        var config = new EncoderConfig
        {
            Family = EncoderFamily.Bert, VocabularySize = 50, HiddenSize = 128, Layers = 16, Heads = 4, IntermediateSize = 512,
                MaxPositions = 128,
        };
        using var model = new PeftModel(new SequenceClassifier(config), SequenceClassifier.HeadName);
        model.Attach(AdapterSpec.For<Lora>(), seed: 1);
        Step(model); // gradients, and what libtorch makes once
        var (kept, again) = (Growth(model, recompute: false), Growth(model, recompute: true));
        Assert.True(again < kept / 2, $"{again >> 20} MiB with recomputation, {kept >> 20} without");
    }

    /// <summary>How far the process's memory rises above where a step starts.</summary>
    private static long Growth(PeftModel model, bool recompute)
    {
        ((SequenceClassifier)model.Backbone).Encoder.Stack.RecomputesActivations = recompute;
        var peak = new PeakMemory();
        var before = peak.Bytes;
        Step(model);
        return peak.Bytes - before;
    }

    private static void Step(PeftModel model)
    {
        using var scope = NewDisposeScope();
        var classifier = (SequenceClassifier)model.Backbone;
        classifier.train();
        var ids = randint(0, 50, [16, 128], dtype: ScalarType.Int64);
        model.Run(() => classifier.call(new EncoderInputs(ids))).sum().backward();
    }
}
