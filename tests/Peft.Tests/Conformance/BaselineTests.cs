using Peft.Models;

namespace Peft.Tests.Conformance;

/// <summary>The baselines train the parameters that they say, and cannot be mixed or combined.</summary>
public sealed class BaselineTests
{
    [Theory]
    [InlineData("head-only", "", false, false, false)]
    [InlineData("full", "", true, true, true)]
    [InlineData("last-layers", "last-layers.count=1", false, false, true)]
    [InlineData("last-layers", "", false, true, true)]
    public void Parameters_are_trained_as_it_says(string method, string setting, bool embeddings, bool first, bool last)
    {
        using var model = new PeftModel(TinyEncoder.Classifier(EncoderFamily.Bert), SequenceClassifier.HeadName);
        var settings = setting.Length == 0 ? [] : new Dictionary<string, string> { [setting.Split('=')[0]] = setting.Split('=')[1] };
        model.Attach(MethodExpression.Parse(Subject.Registry, method, settings), seed: 1);
        foreach (var (name, parameter) in model.Backbone.named_parameters())
        {
            var expected = name.StartsWith("classifier.", StringComparison.Ordinal)
                || (name.Contains("embeddings", StringComparison.Ordinal)
                    ? embeddings : name.Contains("layer.0.", StringComparison.Ordinal) ? first : last);
            Assert.True(expected == parameter.requires_grad, name);
        }

        model.Detach();
        Assert.All(model.Backbone.named_parameters(), pair => Assert.Equal(
            pair.Item1.StartsWith("classifier.", StringComparison.Ordinal), pair.Item2.requires_grad));
    }

    [Fact]
    public void The_last_layers_of_a_decoder_are_trained_with_its_norm_and_without_its_embeddings()
    {
        using var model = new PeftModel(Decoding.TinyDecoder.Model());
        model.Attach(MethodExpression.Parse(
            Subject.Registry, "last-layers", new Dictionary<string, string> { ["last-layers.count"] = "1" }), seed: 1);
        var trained = model.Backbone.named_parameters().Where(pair => pair.Item2.requires_grad).Select(pair => pair.Item1).ToList();
        Assert.Contains("transformer.ln_f.weight", trained);
        Assert.All(trained, name => Assert.True(
            name.StartsWith("transformer.h.1.", StringComparison.Ordinal) || name.StartsWith("transformer.ln_f.", StringComparison.Ordinal)
                || name == "lm_head.weight", name));
        Assert.All(
            model.Backbone.named_parameters().Where(pair => pair.Item1.StartsWith("transformer.h.1.", StringComparison.Ordinal)),
            pair => Assert.True(pair.Item2.requires_grad));
    }

    [Theory]
    [InlineData(EncoderFamily.Roberta)]
    [InlineData(EncoderFamily.DistilBert)]
    [InlineData(EncoderFamily.Electra)]
    public void The_last_layers_of_other_encoders_are_trained_without_their_embeddings(EncoderFamily family)
    {
        using var model = new PeftModel(TinyEncoder.Classifier(family), SequenceClassifier.HeadName);
        model.Attach(MethodExpression.Parse(Subject.Registry, "last-layers", new Dictionary<string, string>()), seed: 1);
        var frozen = model.Backbone.named_parameters().Where(pair => !pair.Item2.requires_grad).Select(pair => pair.Item1).ToList();
        Assert.NotEmpty(frozen);
        Assert.All(frozen, name => Assert.Contains("embeddings", name, StringComparison.Ordinal)); // both of its two layers are trained
        Assert.DoesNotContain(model.Backbone.named_parameters(), pair =>
            pair.Item2.requires_grad && pair.Item1.Contains("embeddings", StringComparison.Ordinal));
    }

    [Theory, InlineData("adamix(full)"), InlineData("full+lora"), InlineData("lora+last-layers")]
    public void It_can_be_neither_mixed_nor_combined(string expression)
    {
        using var model = new PeftModel(TinyEncoder.Classifier(EncoderFamily.Bert), SequenceClassifier.HeadName);
        Assert.Throws<SiteSelectionException>(
            () => model.Attach(MethodExpression.Parse(Subject.Registry, expression, new Dictionary<string, string>()), seed: 1));
        Assert.Null(model.Adapter);
    }

    [Fact]
    public void It_has_no_settings_of_place() => Assert.Throws<MethodOptionException>(
        () => MethodExpression.Parse(Subject.Registry, "full", new Dictionary<string, string> { ["full.layers"] = "1" }));
}
