using static TorchSharp.torch;

namespace Peft;

/// <summary>Checks the properties of an AdaMix mixture of any method.</summary>
internal static class MixtureChecks
{
    private const int Passes = 40;

    public static IReadOnlyList<ConformanceCheck> All { get; } =
    [
        new("A1", "a mixture of one expert is the method", OneExpertIsTheMethod, CheckScope.Mixtures),
        new("A2", "equal experts have no inconsistency, different ones have some", EqualExpertsAgree, CheckScope.Mixtures),
        new("A3", "evaluation after more training sees the new weights", MergedIsNeverStale, CheckScope.Mixtures),
        new("A4", "routes follow the seed, differ between passes and reach every expert", RoutesFollowTheSeed, CheckScope.Mixtures),
        new("A5", "merged inference uses the average of the experts, fixed the first", InferenceIsWhatItSays, CheckScope.Mixtures),
    ];

    private static void OneExpertIsTheMethod(ConformanceCase of)
    {
        using var plain = new ConformanceSubject(of, mixed: false);
        using var single = new ConformanceSubject(of, mixed: true, experts: 1);
        using (no_grad())
        {
            foreach (var (own, other) in single.Adapter.NamedParameters.Zip(plain.Adapter.NamedParameters))
                own.Parameter.copy_(other.Parameter);
        }

        single.Model.Backbone.train();
        plain.Model.Backbone.train();
        Require.Same(single.Forward(), plain.Forward(), "outputs of the mixture and of the method");
    }

    private static void EqualExpertsAgree(ConformanceCase of)
    {
        using var subject = new ConformanceSubject(of);
        using (no_grad())
        {
            foreach (var bank in subject.Adapter.NamedParameters.GroupBy(pair => pair.Key.TrimEnd('0', '1', '2')))
            {
                foreach (var (_, parameter) in bank)
                    parameter.copy_(bank.First().Parameter);
            }
        }

        subject.Model.Backbone.train();
        var equal = ConsistencyLoss.Compute(subject.Forward(), subject.Forward()).to(ScalarType.Float64).item<double>();
        Require.That(equal <= 1e-7, $"equal experts have an inconsistency of {equal}");
        subject.Perturb();
        var router = subject.Adapter.Router!;
        router.Inject(router.Everywhere(0), router.Everywhere(1));
        var different = ConsistencyLoss.Compute(subject.Forward(), subject.Forward()).to(ScalarType.Float64).item<double>();
        Require.That(different > 1e-6, $"different experts have an inconsistency of {different} only");
    }

    private static void MergedIsNeverStale(ConformanceCase of)
    {
        using var subject = new ConformanceSubject(of);
        var before = subject.Forward();
        subject.Model.Backbone.train();
        Backward.Run(subject.Loss());
        subject.Perturb(seed: 3);
        subject.Model.Backbone.eval();
        var after = subject.Forward();
        Require.Apart(after, before, 1e-4, "outputs before and after the weights changed");

        // Trainables that are not mixed change the outputs even if a stale average is used.
        // So compare with a mixture that was never evaluated before.
        using var fresh = new ConformanceSubject(of, perturbed: false);
        using (no_grad())
        {
            foreach (var (own, other) in fresh.Adapter.NamedParameters.Zip(subject.Adapter.NamedParameters))
                own.Parameter.copy_(other.Parameter);
        }

        // With a graph as before: libtorch folds a product's dimensions in another way without one, which changes the last bits.
        Require.Same(after, fresh.Forward(), "outputs after the weights changed and those of a mixture that has had no others");
    }

    private static void RoutesFollowTheSeed(ConformanceCase of)
    {
        using var first = new ConformanceSubject(of, seed: 11);
        using var again = new ConformanceSubject(of, seed: 11);
        var routes = Draw(first);
        Require.Equal(routes.Select(Text), Draw(again).Select(Text), "routes of one seed");
        Require.That(Text(routes[0]) != Text(routes[1]), "two passes drew the same route");
        var slots = first.Adapter.Router!.Slots;
        for (var slot = 0; slot < slots.Count; slot++)
        {
            var reached = routes.Select(route => route.Picks[slot]).Distinct().Count();
            Require.That(reached == slots[slot].Experts, $"{slots[slot]}: {Passes} passes reached {reached} experts");
        }
    }

    private static void InferenceIsWhatItSays(ConformanceCase of)
    {
        using var subject = new ConformanceSubject(of);
        using var frozen = no_grad();
        var router = subject.Adapter.Router!;
        Tensor With(Route? route)
        {
            if (route is null)
                router.UseMerged();
            else
                router.Use(route);
            return subject.Backbone.Call(subject.Model.Backbone, subject.Batch.Ids, subject.Batch.Mask);
        }

        Require.Same(subject.Forward(), With(null), "outputs by default and merged");
        router.Inference = MixtureInference.Fixed;
        Require.Same(subject.Forward(), With(router.Everywhere(0)), "outputs of fixed inference and of the first experts");
        Require.Apart(With(null), With(router.Everywhere(0)), 1e-6, "merged outputs and those of the first experts");
    }

    private static List<Route> Draw(ConformanceSubject subject)
    {
        subject.Model.Backbone.train();
        var routes = new List<Route>();
        for (var pass = 0; pass < Passes; pass++)
        {
            subject.Forward();
            routes.Add(((PassRouting.Single)subject.Adapter.Router!.Pass).Route);
        }

        return routes;
    }

    private static string Text(Route route) => string.Join(",", route.Picks);
}
