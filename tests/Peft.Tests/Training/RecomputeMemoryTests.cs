using Peft.Models;
using Peft.Methods;
using Peft.Training;
using static TorchSharp.torch;

namespace Peft.Tests.Training;

/// <summary>Tests that measure the memory of their process, and so run while no other test does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProcessMemory
{
    public const string Name = "memory of the process";
}

[Collection(ProcessMemory.Name)]
public sealed class RecomputeMemoryTests
{
    [Fact]
    public void Recomputing_activations_takes_less_than_half_of_the_memory_for_activations()
    {
        using var scope = NewDisposeScope();
        manual_seed(1).Dispose();
        var config = new EncoderConfig
        {
            Family = EncoderFamily.Bert, VocabularySize = 50, HiddenSize = 128, Layers = 32, Heads = 4, IntermediateSize = 512,
                MaxPositions = 128,
        };
        using var model = new PeftModel(new SequenceClassifier(config), SequenceClassifier.HeadName);
        model.Attach(AdapterSpec.For<Lora>(), seed: 1);
        Recompute(model, true);
        Step(model); // gradients, and what libtorch makes once
        var before = Peak(() => { });
        var again = Peak(() => Step(model)) - before;
        Recompute(model, false);
        var kept = Peak(() => Step(model)) - before;
        Assert.True(again < kept / 2, $"{again >> 20} MiB with recomputation, {kept >> 20} without");
    }

    private static void Recompute(PeftModel model, bool isOn) =>
        ((SequenceClassifier)model.Backbone).Encoder.Stack.RecomputesActivations = isOn;

    /// <summary>The most memory that the process has during an action, in bytes.</summary>
    private static long Peak(Action action)
    {
        var peak = new PeakMemory();
        action();
        return peak.Bytes;
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
