using Peft.Backbones;

namespace Peft.Tests.Conformance;

/// <summary>The counts that papers and libraries publish, as constants; one layer of the real width is made, the rest is multiplication.</summary>
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
    public void Counts_are_the_published_ones(string method, int hidden, int layers, long trained, long merged, params string[] settings)
    {
        var config = TinyEncoder.Config(EncoderFamily.Bert) with { HiddenSize = hidden, Heads = 1, Layers = 1, IntermediateSize = 8 };
        using var model = new PeftModel(new SequenceClassifier(config), SequenceClassifier.HeadName);
        var options = settings.ToDictionary(pair => pair.Split('=')[0], pair => pair.Split('=')[1]);
        var adapter = model.Attach(MethodExpression.Parse(Subject.Registry, method, options), seed: 1);
        Assert.Equal(trained, adapter.TrainedCount * layers);
        Assert.Equal(merged, adapter.MergedCount * layers);
    }
}
