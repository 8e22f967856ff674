using Peft.Backbones;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Conformance;

public sealed class GradientTests
{
    public static IEnumerable<TheoryDataRow<string, EncoderFamily, bool>> All => Subject.All;

    [Theory, MemberData(nameof(All))]
    public void I20_Gradients_are_finite_on_what_is_declared_and_absent_elsewhere(string method, EncoderFamily family, bool mixed)
    {
        using var subject = new Subject(method, family, mixed);
        subject.Classifier.train();
        subject.Loss().backward();
        var head = subject.Model.HeadParameters.Select(pair => pair.Name).ToHashSet();
        foreach (var (name, parameter) in subject.Classifier.named_parameters())
            Assert.Equal(head.Contains(name), parameter.grad is not null);
        foreach (var (key, parameter) in subject.Adapter.NamedParameters)
        {
            Assert.True(mixed || parameter.grad is not null, key);
            if (parameter.grad is not null)
                Assert.True(parameter.grad.isfinite().all().ToBoolean() && (HasNoGradient(key) || parameter.grad.abs().max().ToDouble() > 0), key);
        }
    }

    [Theory, MemberData(nameof(All))]
    public void I21_Only_the_adapter_and_the_head_change_when_trained(string method, EncoderFamily family, bool mixed)
    {
        using var subject = new Subject(method, family, mixed);
        var before = subject.Classifier.named_parameters().ToDictionary(pair => pair.Item1, pair => pair.Item2.detach().clone());
        var adapterBefore = subject.Adapter.NamedParameters.ToDictionary(pair => pair.Key, pair => pair.Parameter.detach().clone());
        subject.Classifier.train();
        for (var step = 0; step < 20; step++) // enough for every expert to be picked
        {
            subject.Loss().backward();
            using var frozen = no_grad();
            foreach (var (_, parameter) in subject.Model.TrainableParameters.Where(pair => pair.Parameter.grad is not null).ToList())
            {
                parameter.sub_(parameter.grad! * 0.1);
                parameter.grad = null!;
            }
        }

        foreach (var (name, parameter) in subject.Classifier.named_parameters())
            Assert.Equal(!name.StartsWith("classifier.", StringComparison.Ordinal), Subject.Same(parameter, before[name]));
        Assert.All(
            subject.Adapter.NamedParameters.Where(pair => !HasNoGradient(pair.Key)),
            pair => Assert.False(Subject.Same(pair.Parameter, adapterBefore[pair.Key]), pair.Key));
    }

    /// <summary>A key's bias adds the same to all of a query's scores, which softmax cancels: its gradient is rounding noise or nothing.</summary>
    private static bool HasNoGradient(string key) => key.Contains(".key.", StringComparison.Ordinal) && key.Contains("BiasDelta", StringComparison.Ordinal);

    /// <summary>DoRA holds a norm constant in the backward pass: its gradient is no derivative of its value. DoraTests checks it.</summary>
    public static IEnumerable<TheoryDataRow<string, EncoderFamily, bool>> Derivatives => All.Where(row => row.Data.Item1 != "dora");

    [Theory, MemberData(nameof(Derivatives))]
    public void I24_Gradients_agree_with_finite_differences_in_float64(string method, EncoderFamily family, bool mixed)
    {
        // Consistency is left out here: its gradient stops at the targets, so it is no derivative of the value. ConsistencyLossTests checks it.
        using var subject = new Subject(method, family, mixed, float64: true, consistency: 0);
        subject.Classifier.train();
        var route = subject.Adapter.Router is { } router ? router.Everywhere(1) : null;
        Tensor Loss()
        {
            if (route is not null)
                subject.Adapter.Router!.Inject(route);
            return subject.Loss();
        }

        Loss().backward();
        const double Step = 1e-6;
        foreach (var (key, parameter) in subject.Adapter.NamedParameters.Where(pair => pair.Parameter.grad is not null))
        {
            var gradient = parameter.grad!.clone();
            using var frozen = no_grad();
            for (var element = 0; element < Math.Min(3, parameter.numel()); element++)
            {
                var flat = parameter.view(-1).narrow(0, element * (parameter.numel() / 3), 1);
                flat.add_(Step);
                var above = Loss().item<double>();
                flat.sub_(2 * Step);
                var below = Loss().item<double>();
                flat.add_(Step);
                var expected = gradient.view(-1).narrow(0, element * (parameter.numel() / 3), 1).item<double>();
                Assert.True(Math.Abs(((above - below) / (2 * Step)) - expected) <= 1e-6 * Math.Max(1, Math.Abs(expected)), $"{key}[{element}]");
            }
        }
    }

    [Theory, MemberData(nameof(All))]
    public void I80_A_hundred_steps_leave_as_many_tensors_as_one(string method, EncoderFamily family, bool mixed)
    {
        using var subject = new Subject(method, family, mixed);
        using var optimizer = optim.AdamW(subject.Model.TrainableParameters.Select(pair => pair.Parameter).ToList());
        subject.Classifier.train();
        void Train()
        {
            using var scope = NewDisposeScope();
            subject.Loss().backward();
            optimizer.step();
            foreach (var (_, parameter) in subject.Model.TrainableParameters)
                parameter.grad?.zero_();
        }

        for (var warm = 0; warm < 12; warm++)
            Train();
        var live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var step = 0; step < 100; step++)
            Train();
        Assert.InRange(DisposeScopeManager.Statistics.ThreadTotalLiveCount, 0, live + 12);
    }
}
