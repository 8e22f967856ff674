using Peft.Models;
using Peft.Tests.Conformance;
using static TorchSharp.torch;

namespace Peft.Tests.Mixtures;

/// <summary>What the battery (Peft.Conformance) does not ask of mixtures.</summary>
public sealed class MixtureTests
{
    public static IEnumerable<TheoryDataRow<string, EncoderFamily>> Methods =>
        from method in Subject.Names
        from family in Enum.GetValues<EncoderFamily>()
        select new TheoryDataRow<string, EncoderFamily>(method, family);

    [Theory, MemberData(nameof(Methods))]
    public void Inference_modes_use_what_they_say(string method, EncoderFamily family)
    {
        using var subject = new Subject(method, family, mixed: true);
        using var frozen = no_grad();
        var router = subject.Adapter.Router!;
        Tensor With(Route? route)
        {
            if (route is null)
                router.UseMerged();
            else
                router.Use(route);
            return subject.Classifier.call(subject.Inputs);
        }

        Tensor Mode(MixtureInference inference)
        {
            router.Inference = inference;
            return subject.Forward();
        }

        Assert.True(Subject.Same(Mode(MixtureInference.Merged), With(null)));
        Assert.True(Subject.Same(Mode(MixtureInference.Fixed), With(router.Everywhere(0))));
        var members = Enumerable.Range(0, 3).Select(expert => With(router.Everywhere(expert))).ToList();
        Assert.True(Subject.Difference(Mode(MixtureInference.Ensemble), stack(members).mean([0])) <= 1e-6);
        var random = Mode(MixtureInference.Random);
        Assert.True(Subject.Same(random, With(((PassRouting.Single)router.Pass).Route)));
        Assert.False(Subject.Same(With(null), With(router.Everywhere(0))));
    }

    [Fact]
    public void A_route_that_does_not_fit_is_refused()
    {
        using var subject = new Subject("lora", EncoderFamily.Bert, mixed: true);
        var router = subject.Adapter.Router!;
        Assert.Throws<RouteException>(() => router.Inject(new Route([0])));
        Assert.Throws<RouteException>(() => router.Use(new Route(router.Slots.Select(_ => 9))));
    }

    [Fact]
    public void Slots_go_layer_by_layer_site_by_site_group_by_group()
    {
        using var subject = new Subject("houlsby", EncoderFamily.Bert, mixed: true);
        Assert.Equal(
            [
                "0 AfterAttention down 3", "0 AfterAttention up 1", "0 AfterFeedForward down 3", "0 AfterFeedForward up 1",
                "1 AfterAttention down 3", "1 AfterAttention up 1", "1 AfterFeedForward down 3", "1 AfterFeedForward up 1",
            ],
            subject.Adapter.Router!.Slots.Select(slot => $"{slot.Layer} {slot.Site} {slot.Group} {slot.Experts}"));
    }
}
