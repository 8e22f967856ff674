using Peft.Backbones;
using Peft.Tests.Conformance;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Mixtures;

public sealed class MixtureTests
{
    public static IEnumerable<TheoryDataRow<string, EncoderFamily>> Methods =>
        from method in Subject.Names
        from family in Enum.GetValues<EncoderFamily>()
        select new TheoryDataRow<string, EncoderFamily>(method, family);

    [Theory, MemberData(nameof(Methods))]
    public void With_one_expert_it_is_the_method(string method, EncoderFamily family)
    {
        using var plain = new Subject(method, family, mixed: false);
        using var classifier = TinyEncoder.Classifier(family);
        using var model = new PeftModel(classifier, SequenceClassifier.HeadName);
        var spec = Subject.Spec(method, mixed: true);
        var adapter = model.Attach(spec with { Mixture = spec.Mixture! with { Experts = 1 } }, seed: 1);
        using (no_grad())
        {
            foreach (var (own, other) in adapter.NamedParameters.Zip(plain.Adapter.NamedParameters))
                own.Parameter.copy_(other.Parameter);
        }

        classifier.train();
        plain.Classifier.train();
        Assert.True(Subject.Same(model.Run(() => classifier.call(plain.Inputs)), plain.Forward()));
    }

    [Theory, MemberData(nameof(Methods))]
    public void Equal_experts_have_no_inconsistency(string method, EncoderFamily family)
    {
        using var subject = new Subject(method, family, mixed: true);
        using (no_grad())
        {
            foreach (var bank in subject.Adapter.NamedParameters.GroupBy(pair => pair.Key.TrimEnd('0', '1', '2')))
            {
                foreach (var (_, parameter) in bank)
                    parameter.copy_(bank.First().Parameter);
            }
        }

        subject.Classifier.train();
        Assert.Equal(0, ConsistencyLoss.Of(subject.Forward(), subject.Forward()).ToDouble(), 1e-7);
        subject.Perturb();
        subject.Adapter.Router!.Inject(subject.Adapter.Router.Everywhere(0), subject.Adapter.Router.Everywhere(1));
        Assert.True(ConsistencyLoss.Of(subject.Forward(), subject.Forward()).ToDouble() > 1e-6);
    }

    [Theory, MemberData(nameof(Methods))]
    public void Evaluation_after_more_training_sees_the_new_weights(string method, EncoderFamily family)
    {
        using var subject = new Subject(method, family, mixed: true);
        var before = subject.Forward();
        subject.Classifier.train();
        subject.Loss().backward();
        subject.Perturb(seed: 3);
        subject.Classifier.eval();
        Assert.True(Subject.Difference(subject.Forward(), before) > 1e-4);
    }

    [Theory, MemberData(nameof(Methods))]
    public void Routes_follow_the_seed_differ_between_passes_and_can_be_replayed(string method, EncoderFamily family)
    {
        using var first = new Subject(method, family, mixed: true, seed: 11);
        using var again = new Subject(method, family, mixed: true, seed: 11);
        var routes = Draw(first, 40);
        Assert.Equal(routes.Select(Text), Draw(again, 40).Select(Text));
        Assert.NotEqual(Text(routes[0]), Text(routes[1]));
        var slots = first.Adapter.Router!.Slots;
        for (var slot = 0; slot < slots.Count; slot++)
            Assert.Equal(slots[slot].Experts, routes.Select(route => route.Picks[slot]).Distinct().Count());

        first.Classifier.train();
        first.Adapter.Router.Inject(routes[3], routes[4]);
        Assert.Equal(Text(routes[3]), Text(Draw(first, 1)[0]));
        Assert.Equal(Text(routes[4]), Text(Draw(first, 1)[0]));
    }

    [Theory, MemberData(nameof(Methods))]
    public void Inference_modes_use_what_they_say(string method, EncoderFamily family)
    {
        using var subject = new Subject(method, family, mixed: true);
        using var frozen = no_grad();
        var router = subject.Adapter.Router!;
        Tensor With(Route? route)
        {
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
        Assert.True(Subject.Same(random, With(router.Current)));
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

    private static List<Route> Draw(Subject subject, int count)
    {
        subject.Classifier.train();
        var routes = new List<Route>();
        for (var pass = 0; pass < count; pass++)
        {
            subject.Forward();
            routes.Add(subject.Adapter.Router!.Current!);
        }

        return routes;
    }

    private static string Text(Route route) => string.Join(",", route.Picks);
}
