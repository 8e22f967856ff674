using Peft.Models;
using Peft.Training;

namespace Peft.Tests.Conformance;

/// <summary>
/// The counts that papers and libraries publish, as constants; one layer of the real width is made, the rest is multiplication.
/// </summary>
public sealed class ParameterCountTests
{
    private const string AdaMixPlace = "houlsby.sites=beforeFeedForwardDropout";

    [Theory]
    [InlineData("lora", 768, 12, 147_456, 147_456, "lora.rank=4")]
    [InlineData("lora", 768, 12, 294_912, 294_912, "lora.rank=8")]
    [InlineData("lora", 768, 12, 589_824, 589_824, "lora.rank=16")]
    [InlineData("lora", 1024, 24, 393_216, 393_216, "lora.rank=4")]
    [InlineData("lora", 1024, 24, 786_432, 786_432, "lora.rank=8")]
    [InlineData("lora", 1024, 24, 1_572_864, 1_572_864, "lora.rank=16")]
    [InlineData("pfeiffer", 768, 12, 894_528, 894_528, "pfeiffer.reductionFactor=16")]
    [InlineData("pfeiffer", 1024, 24, 3_171_840, 3_171_840, "pfeiffer.reductionFactor=16")]
    [InlineData("houlsby", 768, 12, 1_789_056, 1_789_056, "houlsby.reductionFactor=16")]
    [InlineData("houlsby", 1024, 24, 6_343_680, 6_343_680, "houlsby.reductionFactor=16")]
    [InlineData("houlsby", 768, 12, 313_536, 313_536, "houlsby.size=8")]
    [InlineData("houlsby", 1024, 24, 835_968, 835_968, "houlsby.size=8")]
    [InlineData("adamix(houlsby)", 768, 12, 2_223_360, 894_528, "houlsby.size=48", AdaMixPlace, "adamix.experts=4")]
    [InlineData("adamix(houlsby)", 1024, 24, 1_992_192, 811_392, "houlsby.size=16", AdaMixPlace, "adamix.experts=4")]
    [InlineData("adamix(lora)", 768, 12, 663_552, 147_456, "lora.rank=4", "adamix.experts=8")]
    [InlineData("lin-adapter", 1024, 24, 368_784, 368_784)] // 0.37M in the tables
    [InlineData("lin-adapter", 1024, 24, 11_089_152, 11_089_152, "lin-adapter.size=224")] // 11.09M
    [InlineData("parallel", 768, 12, 7_091_712, 7_091_712)]
    [InlineData("parallel", 1024, 24, 25_202_688, 25_202_688)]
    [InlineData("ln-tuning", 768, 12, 36_864, 36_864, "ln-tuning.sites=attentionNorm+feedForwardNorm")]
    public void Counts_are_the_published_ones(string method, int hidden, int layers, long trained, long merged, params string[] settings)
    {
        var config = TinyEncoder.Config(EncoderFamily.Bert) with { HiddenSize = hidden, Heads = 1, Layers = 1, IntermediateSize = 8 };
        using var model = new PeftModel(new SequenceClassifier(config), SequenceClassifier.HeadName);
        var options = settings.ToDictionary(pair => pair.Split('=')[0], pair => pair.Split('=')[1]);
        var adapter = model.Attach(MethodExpression.Parse(Subject.Registry, method, options), seed: 1);
        Assert.Equal(trained, adapter.TrainedCount * layers);
        Assert.Equal(merged, adapter.MergedCount * layers);
    }

    /// <summary>
    /// Counts that are no multiple of the layers, because something is shared by all or lies outside them; two shallow models give both
    /// parts.
    /// </summary>
    [Theory]
    [InlineData("bitfit", 768, 12, 102_912)]
    [InlineData("bitfit", 1024, 24, 272_384)] // 270,336 in the layers, 1,024 each in the embeddings' norm and the pooler
    [InlineData("bitfit-linear+bitfit-norm", 768, 12, 101_376, "bitfit-linear.layers=0-1", "bitfit-norm.layers=0-1")]
    [InlineData("prefix", 768, 12, 184_320, "prefix.middle=0", "prefix.length=10")]
    [InlineData("prefix", 1024, 24, 1_474_560, "prefix.middle=0", "prefix.length=30")]
    [InlineData("prefix", 768, 12, 9_857_024, "prefix.length=10", "prefix.middle=512")]
    [InlineData("prefix", 1024, 24, 25_770_496, "prefix.length=30", "prefix.middle=512")]
    [InlineData("prefix", 768, 12, 14_780_160, "prefix.length=20", "prefix.middle=768")]
    [InlineData("unipelt", 768, 12, 11_083_376)]
    [InlineData("unipelt", 1024, 24, 29_806_688)]
    [InlineData("unipelt", 768, 12, 1_410_672, "prefix.middle=0")]
    [InlineData("ia3", 768, 12, 55_296)]
    [InlineData("ia3", 1024, 24, 147_456)]
    [InlineData("compacter", 768, 12, 57_088)]
    [InlineData("compacter", 1024, 24, 152_128)]
    [InlineData("compacter-plus-plus", 768, 12, 28_576)]
    [InlineData("compacter-plus-plus", 1024, 24, 76_096)]
    [InlineData("mam", 768, 12, 22_493_984)]
    [InlineData("mam", 1024, 24, 65_424_160)]
    [InlineData("prompt", 768, 12, 15_360)]
    public void Counts_with_shared_tensors_are_the_published_ones(
        string method, int hidden, int layers, long expected, params string[] settings) =>
        Assert.Equal(expected, CountOf(method, hidden, layers, settings, model => model.Adapter!.TrainedCount));

    /// <summary>What the papers' tables call tunable: a reparametrised prefix counts without the network that trains it.</summary>
    [Theory]
    [InlineData("prefix", 768, 12, 184_320, "prefix.length=10", "prefix.middle=512")]
    [InlineData("prefix", 1024, 24, 1_474_560, "prefix.length=30", "prefix.middle=512")]
    [InlineData("adamix(prefix)", 768, 12, 184_320, "prefix.length=10", "prefix.middle=512", "adamix.experts=2")]
    [InlineData("unipelt", 768, 12, 1_410_672)]
    [InlineData("lora", 768, 12, 147_456, "lora.rank=4")]
    [InlineData("adamix(lora)", 768, 12, 147_456, "lora.rank=4", "adamix.experts=8")]
    [InlineData("head-only", 768, 12, 0)]
    public void At_inference_a_mixture_is_merged_and_a_prefix_is_flat(
        string method, int hidden, int layers, long expected, params string[] settings)
    {
        Assert.Equal(expected, CountOf(method, hidden, layers, settings, model => model.InferenceCount));
        Assert.Equal(expected, CountOf(method, hidden, layers, settings, model => ParameterCounter.Count(model).Tunable));
    }

    private static long CountOf(string method, int hidden, int layers, string[] settings, Func<PeftModel, long> count)
    {
        var options = settings.ToDictionary(pair => pair.Split('=')[0], pair => pair.Split('=')[1]);
        long At(int depth)
        {
            var config = TinyEncoder.Config(
                EncoderFamily.Bert) with { HiddenSize = hidden, Heads = 1, Layers = depth, IntermediateSize = 4 * hidden };
            using var model = new PeftModel(new SequenceClassifier(config), SequenceClassifier.HeadName);
            model.Attach(MethodExpression.Parse(Subject.Registry, method, options), seed: 1);
            return count(model);
        }

        var (one, two) = (At(1), At(2));
        return one + ((two - one) * (layers - 1));
    }
}
