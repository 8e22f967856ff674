using Peft.Models;
using static TorchSharp.torch;

namespace Peft.Tests.Conformance;

/// <summary>
/// A prefix that moves the real tokens' positions is one that does not, beside a table of positions that is moved instead.
/// </summary>
public sealed class PositionShiftTests
{
    private const int Length = 3;

    [Theory]
    [InlineData(EncoderFamily.Bert, "embeddings.position_embeddings.weight", 0)]
    [InlineData(EncoderFamily.Roberta, "embeddings.position_embeddings.weight", 2)]
    public void Moving_tokens_is_moving_the_table(EncoderFamily family, string table, int first)
    {
        using var scope = NewDisposeScope();
        using var still = With(family, shift: false);
        using var shifted = With(family, shift: true);
        Assert.True(Subject.Difference(Logits(still, family), Logits(shifted, family)) > 1e-3);
        using (no_grad())
        {
            var weight = still.Backbone.named_parameters().First(pair => pair.Item1.EndsWith(table, StringComparison.Ordinal)).Item2;
            var moved = weight.narrow(0, first + Length, weight.shape[0] - first - Length).clone();
            weight.narrow(0, first, moved.shape[0]).copy_(moved); // RoBERTa's padding keeps its own position
        }

        Assert.True(Subject.Difference(Logits(still, family), Logits(shifted, family)) < 1e-5);
    }

    [Fact]
    public void Several_prefixes_add_up_and_a_disabled_one_moves_nothing()
    {
        using var scope = NewDisposeScope();
        using var model = With(EncoderFamily.Bert, shift: true);
        model.Adapters.Add("second", Subject.Spec("prefix", mixed: false), seed: 8);
        Assert.Equal(Length, Shift(model));
        model.Adapters.Add("third", Shifting(), seed: 9);
        model.Adapters.Activate(PeftModel.DefaultName, "second", "third");
        Assert.Equal(2 * Length, Shift(model));
        using (model.Disabled())
            Assert.Equal(0, Shift(model));
    }

    [Fact]
    public void Positions_that_there_are_not_are_refused()
    {
        using var scope = NewDisposeScope();
        var config = TinyEncoder.Config(EncoderFamily.Bert) with { MaxPositions = 11 };
        using var model = new PeftModel(new SequenceClassifier(config), SequenceClassifier.HeadName);
        Assert.Equal([3L, 3L], Logits(model, EncoderFamily.Bert).shape);
        model.Attach(Shifting(), seed: 5);
        var message = Assert.Throws<SequenceTooLongException>(() => Logits(model, EncoderFamily.Bert)).Message;
        Assert.Contains("12", message);
        Assert.Contains("11", message);
    }

    private static PeftModel With(EncoderFamily family, bool shift)
    {
        var model = new PeftModel(TinyEncoder.Classifier(family), SequenceClassifier.HeadName);
        model.Attach(shift ? Shifting() : Subject.Spec("prefix", mixed: false), seed: 5);
        return model;
    }

    private static AdapterSpec Shifting() => MethodExpression.Parse(
        Subject.Registry,
        "prefix",
        new Dictionary<string, string> { ["prefix.length"] = "3", ["prefix.middle"] = "7", ["prefix.shiftPositions"] = "true" });

    private static int Shift(PeftModel model) =>
        model.Sites.Select(site => site.Point).OfType<AttentionPoint>().Max(point => point.PositionShift);

    private static Tensor Logits(PeftModel model, EncoderFamily family) =>
        model.Run(() => ((SequenceClassifier)model.Backbone).call(TinyEncoder.Batch(family))).detach();
}
