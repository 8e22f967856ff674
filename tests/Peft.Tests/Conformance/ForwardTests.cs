using Peft.Backbones;
using static TorchSharp.torch;

namespace Peft.Tests.Conformance;

public sealed class ForwardTests
{
    public static IEnumerable<TheoryDataRow<string, EncoderFamily, bool>> All => Subject.All;

    [Theory, MemberData(nameof(All))]
    public void I10_A_fresh_method_that_declares_identity_leaves_the_outputs_as_they_were(string method, EncoderFamily family, bool mixed)
    {
        using var subject = new Subject(method, family, mixed, perturbed: false);
        var difference = Subject.Difference(subject.Forward(), subject.Base);
        if (subject.Adapter.Spec.IdentityAtInit)
            Assert.True(difference <= 1e-6, $"difference {difference}");
        else
            Assert.True(difference > 0);
    }

    [Theory, MemberData(nameof(All))]
    public void I11_Perturbed_weights_change_the_outputs(string method, EncoderFamily family, bool mixed)
    {
        using var subject = new Subject(method, family, mixed);
        Assert.True(Subject.Difference(subject.Forward(), subject.Base) > 1e-3);
    }

    [Theory, MemberData(nameof(All))]
    public void I13_Disabled_it_is_exactly_the_backbone_and_enabled_again_exactly_itself(string method, EncoderFamily family, bool mixed)
    {
        using var subject = new Subject(method, family, mixed);
        var adapted = subject.Forward();
        subject.Model.IsEnabled = false;
        Assert.True(Subject.Same(subject.Forward(), subject.Base));
        subject.Model.IsEnabled = true;
        Assert.True(Subject.Same(subject.Forward(), adapted));
    }

    [Theory, MemberData(nameof(All))]
    public void I15_Padding_cannot_change_a_row(string method, EncoderFamily family, bool mixed)
    {
        using var subject = new Subject(method, family, mixed);
        var together = subject.Forward();
        int[] lengths = [9, 6, 4];
        for (var row = 0; row < 3; row++)
        {
            var ids = subject.Inputs.Ids.narrow(0, row, 1).narrow(1, 0, lengths[row]);
            var alone = subject.Model.Run(() => subject.Classifier.call(new EncoderInputs(ids)));
            Assert.True(Subject.Difference(alone, together.narrow(0, row, 1)) <= 1e-5);
        }
    }

    [Theory, MemberData(nameof(All))]
    public void I18_The_same_seed_gives_the_same_weights(string method, EncoderFamily family, bool mixed)
    {
        using var first = new Subject(method, family, mixed, perturbed: false, seed: 5);
        using var again = new Subject(method, family, mixed, perturbed: false, seed: 5);
        using var other = new Subject(method, family, mixed, perturbed: false, seed: 6);
        var pairs = first.Adapter.NamedParameters.Zip(again.Adapter.NamedParameters, other.Adapter.NamedParameters).ToList();
        Assert.All(pairs, pair => Assert.True(Subject.Same(pair.First.Parameter, pair.Second.Parameter)));
        if (pairs.Exists(pair => pair.First.Parameter.numel() > 1 && pair.First.Parameter.max().item<float>() > pair.First.Parameter.min().item<float>()))
            Assert.Contains(pairs, pair => !Subject.Same(pair.First.Parameter, pair.Third.Parameter));
    }

    [Theory, MemberData(nameof(All))]
    public void I60_Detached_nothing_is_left(string method, EncoderFamily family, bool mixed)
    {
        using var subject = new Subject(method, family, mixed);
        subject.Model.Detach();
        Assert.All(subject.Model.Sites, site => Assert.True(site.Point.IsEmpty));
        Assert.Equal(subject.Model.HeadParameters.Count(), subject.Model.TrainableParameters.Count());
        Assert.True(Subject.Same(subject.Forward(), subject.Base));
    }

    [Theory, MemberData(nameof(All))]
    public void The_last_layer_on_the_first_token_alone_gives_the_logits_of_the_whole(string method, EncoderFamily family, bool mixed)
    {
        using var subject = new Subject(method, family, mixed);
        var whole = subject.Model.Run(() => subject.Classifier.Logits(subject.Classifier.Encoder.call(subject.Inputs).LastHidden));
        Assert.True(Subject.Difference(subject.Forward(), whole) <= 1e-5);
    }

    [Theory, MemberData(nameof(All))]
    public void Evaluation_is_deterministic(string method, EncoderFamily family, bool mixed)
    {
        using var subject = new Subject(method, family, mixed);
        using var frozen = no_grad();
        Assert.True(Subject.Same(subject.Forward(), subject.Forward()));
    }
}
