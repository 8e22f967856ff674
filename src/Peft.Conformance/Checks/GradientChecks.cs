using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft;

/// <summary>Checks which parameters are trained, and their gradients.</summary>
internal static class GradientChecks
{
    private const int Warmup = 12;

    public static IReadOnlyList<ConformanceCheck> All { get; } =
    [
        new("I20", "gradients are finite on what is declared, and absent elsewhere", GradientsWhereDeclared),
        new("I21", "only the adapter and the head change when trained", OnlyTheAdapterChanges),
        new("I24", "gradients agree with finite differences in float64", FiniteDifferences),
        new("I80", "a hundred steps leave as many tensors as one", NothingLeaks),
    ];

    private static void GradientsWhereDeclared(ConformanceCase of)
    {
        using var subject = new ConformanceSubject(of);
        subject.Model.Backbone.train();
        Backward.Run(subject.Loss());
        var head = subject.Model.HeadParameters.Select(pair => pair.Name).ToHashSet();
        foreach (var (name, parameter) in subject.Model.Backbone.named_parameters())
            Require.That(head.Contains(name) == parameter.grad is not null, $"{name} has {(parameter.grad is null ? "no" : "a")} gradient");
        foreach (var (key, parameter) in subject.Adapter.NamedParameters)
        {
            Require.That(of.Mixed || parameter.grad is not null, $"{key} has no gradient: does the formula use it?");
            Require.That(parameter.grad is null || parameter.grad.isfinite().all().ToBoolean(), $"the gradient of {key} is not finite");
        }

        Require.That(
            subject.Adapter.NamedParameters.Any(pair => pair.Parameter.grad is { } grad
                && grad.abs().max().to(ScalarType.Float64).item<double>() > 0),
            "every gradient is zero");
    }

    private static void OnlyTheAdapterChanges(ConformanceCase of)
    {
        using var subject = new ConformanceSubject(of);
        var before = Copies(subject.Model.Backbone.named_parameters());
        var adapterBefore = Copies(subject.Adapter.NamedParameters);
        var reached = new HashSet<string>();
        subject.Model.Backbone.train();
        for (var step = 0; step < 20; step++) // enough for every expert to be picked
        {
            Backward.Run(subject.Loss());
            using var frozen = no_grad();
            foreach (var (name, parameter) in subject.Model.TrainableParameters.Where(pair => pair.Parameter.grad is not null).ToList())
            {
                reached.Add(name);
                parameter.sub_(parameter.grad! * 0.1);
                parameter.grad = null!;
            }
        }

        var head = subject.Model.HeadParameters.Select(pair => pair.Name).ToHashSet();
        foreach (var (name, parameter) in subject.Model.Backbone.named_parameters().Where(pair => !head.Contains(pair.Item1)))
            Require.Same(parameter, before[name], $"{name} of the frozen backbone before and after");
        foreach (var (key, _) in subject.Adapter.NamedParameters)
            Require.That(reached.Contains(key), $"{key} got no gradient in twenty steps");
        Require.That(subject.Adapter.NamedParameters.Any(
            pair => !Require.IsSame(pair.Parameter, adapterBefore[pair.Key])), "nothing of the adapter changed");
    }

    private static void FiniteDifferences(ConformanceCase of)
    {
        // The consistency term is excluded: its gradient stops at the targets, so it is not the derivative of the value.
        using var subject = new ConformanceSubject(of, float64: true, consistency: 0);
        subject.Model.Backbone.train();
        var route = subject.Adapter.Router is { } router ? router.Everywhere(1) : null;
        Tensor Loss()
        {
            if (route is not null)
                subject.Adapter.Router!.Inject(route);
            return subject.Loss();
        }

        Backward.Run(Loss());
        foreach (var (key, parameter) in subject.Adapter.NamedParameters.Where(pair => pair.Parameter.grad is not null))
        {
            var gradient = parameter.grad!.clone();
            using var frozen = no_grad();
            for (var element = 0; element < Math.Min(3, parameter.numel()); element++)
                Compare(key, parameter, gradient, element * (parameter.numel() / 3), Loss);
        }
    }

    private static void Compare(string key, Parameter parameter, Tensor gradient, long element, Func<Tensor> loss)
    {
        const double Step = 1e-6;
        var value = parameter.view(-1).narrow(0, element, 1);
        value.add_(Step);
        var above = loss().item<double>();
        value.sub_(2 * Step);
        var below = loss().item<double>();
        value.add_(Step);
        var (found, expected) = (gradient.view(-1).narrow(0, element, 1).item<double>(), (above - below) / (2 * Step));
        Require.That(Math.Abs(expected - found) <= 1e-6 * Math.Max(
            1, Math.Abs(found)), $"the gradient of {key}[{element}] is {found}, by finite differences {expected}");
    }

    private static void NothingLeaks(ConformanceCase of)
    {
        using var subject = new ConformanceSubject(of);
        using var optimizer = optim.AdamW(subject.Model.TrainableParameters.Select(pair => pair.Parameter).ToList());
        subject.Model.Backbone.train();
        void Train()
        {
            using var scope = NewDisposeScope();
            Backward.Run(subject.Loss());
            optimizer.step();
            foreach (var (_, parameter) in subject.Model.TrainableParameters)
                parameter.grad?.zero_();
        }

        for (var warm = 0; warm < Warmup; warm++)
            Train();
        var live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var step = 0; step < 100; step++)
            Train();
        var more = DisposeScopeManager.Statistics.ThreadTotalLiveCount - live;
        Require.That(more <= Warmup, $"{more} tensors more after a hundred steps"); // gradients of experts picked late
    }

    private static Dictionary<string, Tensor> Copies(IEnumerable<(string Name, Parameter Parameter)> parameters) =>
        parameters.ToDictionary(pair => pair.Name, pair => pair.Parameter.detach().clone());
}
