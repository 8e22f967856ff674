using Peft.Tests.Adapters;
using TorchSharp;
using TorchSharp.Modules;
using Peft.Models;
using static TorchSharp.torch;

namespace Peft.Tests.Mixtures;

/// <summary>The learned router, beside a plain computation of the paper's equations.</summary>
public sealed class SwitchTests
{
    private const int Experts = 3;

    [Fact]
    public void The_chosen_experts_change_is_multiplied_by_its_probability_token_by_token()
    {
        using var bench = new Bench();
        var (point, x) = OnePlace(bench, float64: false);
        var y = bench.Model.Run(() => point.Apply(x)).detach().reshape(-1, 16);
        var probabilities = Probabilities(bench, x);
        var plain = point.Linear.call(x).detach().reshape(-1, 16);
        var used = new HashSet<long>();
        for (var token = 0; token < y.shape[0]; token++)
        {
            var p = probabilities.narrow(0, token, 1).squeeze(0);
            var expert = p.argmax().item<long>();
            used.Add(expert);
            var delta = Value(bench, $"B.{expert}").matmul(Value(bench, $"A.{expert}")) * (16.0 / 3);
            var expected = plain.narrow(0, token, 1) + p.max() * x.reshape(-1, 16).narrow(0, token, 1).matmul(delta.t());
            Assert.True(Bench.Difference(y.narrow(0, token, 1), expected) <= 1e-5);
        }

        Assert.True(used.Count > 1);
    }

    [Fact]
    public void The_load_balancing_loss_is_the_papers()
    {
        using var bench = new Bench();
        var (point, x) = OnePlace(bench, float64: false);
        bench.Model.Run(() => point.Apply(x));
        var probabilities = Probabilities(bench, x);
        var picks = probabilities.argmax(-1).data<long>().ToArray();
        var expected = Experts * Enumerable.Range(0, Experts)
            .Sum(expert => picks.Count(pick => pick == expert) / (double)picks.Length * probabilities.mean([0])[expert].ToDouble());
        Assert.Equal(expected, bench.Adapters["a"].Router!.BalanceLoss!.ToDouble(), 1e-5);
        Assert.True(Math.Abs(expected - 1) > 1e-3);
    }

    [Fact]
    public void Gradients_of_gate_experts_and_balance_agree_with_differences_in_float64()
    {
        using var bench = new Bench(float64: true);
        var (point, x) = OnePlace(bench, float64: true);
        using var generator = new Generator(4);
        var direction = zeros([2, 5, 16], dtype: ScalarType.Float64).normal_(0, 1, generator);
        var router = bench.Adapters["a"].Router!;
        foreach (var withBalance in (bool[])[false, true])
        {
            Tensor Loss()
            {
                var y = bench.Model.Run(() => point.Apply(x));
                return withBalance ? router.BalanceLoss! : (y * direction).sum();
            }

            foreach (var (_, parameter) in bench.Adapters["a"].NamedParameters)
                parameter.grad = null!;
            Loss().backward();
            foreach (var (key, parameter) in bench.Adapters["a"].NamedParameters)
            {
                if (parameter.grad is null)
                {
                    Assert.True(withBalance && !key.EndsWith("router", StringComparison.Ordinal), key);
                    continue;
                }

                AssertGradient(key, parameter, () => Loss().item<double>());
            }
        }
    }

    [Theory]
    [InlineData("lora")]
    [InlineData("houlsby")]
    [InlineData("pfeiffer")]
    [InlineData("ia3")]
    [InlineData("compacter")]
    [InlineData("lora+houlsby")]
    public void It_learns_routes_at_inference_and_round_trips_through_files(string method)
    {
        var folder = Directory.CreateTempSubdirectory("peft-test-").FullName;
        using var bench = new Bench();
        var adapter = bench.Add("a", $"adamix({method})", 5, false, "adamix.routing=switch");
        var before = adapter.NamedParameters.ToDictionary(pair => pair.Key, pair => pair.Parameter.detach().clone());
        bench.Adapters.Activate("a");
        bench.Classifier.train();
        var losses = new List<double>();
        for (var step = 0; step < 25; step++)
        {
            var (loss, _) = MixtureObjective.Loss(
                bench.Model, () => bench.Classifier.call(bench.Inputs), logits => nn.functional.cross_entropy(
                logits, TinyEncoder.Labels()));
            losses.Add(loss.ToDouble());
            loss.backward();
            using var frozen = no_grad();
            foreach (var (_, parameter) in bench.Model.TrainableParameters.Where(pair => pair.Parameter.grad is not null).ToList())
            {
                parameter.sub_(parameter.grad! * 0.05);
                parameter.grad = null!;
            }
        }

        Assert.True(losses[^1] < losses[0] - 0.01, $"{losses[0]} to {losses[^1]}");
        Assert.All(adapter.NamedParameters.Where(pair => pair.Key.EndsWith("router", StringComparison.Ordinal)), pair => Assert.False(
            Bench.Same(pair.Parameter, before[pair.Key])));
        bench.Classifier.eval();
        var routed = bench.Forward();
        Assert.True(Bench.Same(bench.Forward(), routed));
        AdapterFolder.Save(bench.Model, folder);
        using var other = new Bench();
        AdapterFolder.Load(other.Model, folder, Bench.Registry);
        Assert.True(Bench.Same(other.Forward(), routed));
        adapter.Router!.Inference = MixtureInference.Merged;
        var merged = bench.Forward();
        Assert.True(Bench.Difference(merged, routed) > 1e-4);
        AdapterFolder.Save(bench.Model, folder, AdapterForm.Merged);
        using var plain = new Bench();
        AdapterFolder.Load(plain.Model, folder, Bench.Registry);
        Assert.DoesNotContain(plain.Model.Adapter!.NamedParameters, pair => pair.Key.Contains("router", StringComparison.Ordinal));
        Assert.Equal(plain.Model.Adapter.TrainedCount, adapter.MergedCount);
        Assert.True(Bench.Difference(plain.Forward(), merged) <= 1e-6);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Padding_counts_neither_in_the_balance_nor_in_the_outputs()
    {
        using var bench = new Bench();
        var router = bench.Add("a", "adamix(houlsby)", 5, false, "adamix.routing=switch").Router!;
        bench.Adapters.Activate("a");
        var row = bench.Inputs with { Ids = bench.Inputs.Ids.narrow(0, 2, 1), Mask = bench.Inputs.Mask!.narrow(0, 2, 1) };
        var padded = bench.Model.Run(() => bench.Classifier.call(row));
        var balance = router.BalanceLoss!.ToDouble();
        var bare = bench.Model.Run(() => bench.Classifier.call(new EncoderInputs(row.Ids.narrow(1, 0, 4))));
        Assert.True(Bench.Difference(padded, bare) <= 1e-5);
        Assert.Equal(router.BalanceLoss!.ToDouble(), balance, 1e-5);
    }

    [Theory]
    [InlineData("switch")]
    [InlineData("example")]
    public void I80_Fifty_steps_leave_as_many_tensors_as_one(string routing)
    {
        using var bench = new Bench();
        bench.Add("a", "adamix(lora+houlsby)", 5, false, $"adamix.routing={routing}");
        bench.Adapters.Activate("a");
        bench.Classifier.train();
        using var optimizer = optim.AdamW(bench.Model.TrainableParameters.Select(pair => pair.Parameter).ToList());
        void Train()
        {
            using var scope = NewDisposeScope();
            MixtureObjective.Loss(bench.Model, () => bench.Classifier.call(bench.Inputs), logits => nn.functional.cross_entropy(
                logits, TinyEncoder.Labels())).Loss.backward();
            optimizer.step();
            foreach (var (_, parameter) in bench.Model.TrainableParameters)
                parameter.grad?.zero_();
        }

        for (var warm = 0; warm < 12; warm++)
            Train();
        var live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var step = 0; step < 50; step++)
            Train();
        Assert.InRange(DisposeScopeManager.Statistics.ThreadTotalLiveCount, 0, live + 12);
    }

    [Fact]
    public void What_does_not_go_with_it_is_refused()
    {
        using var bench = new Bench();
        Assert.Contains("across tokens", Assert.Throws<RoutingException>(
            () => bench.Adapters.Add("a", Bench.Spec("adamix(lora)", "lora.gated=true", "adamix.routing=switch"), 1)).Message);
        var spec = Bench.Spec("adamix(lora)");
        Assert.Throws<RoutingException>(
            () => bench.Adapters.Add("a", spec with { Mixture = spec.Mixture! with { Inference = MixtureInference.Routed } }, 1));
        Assert.Empty(bench.Adapters.Names);
        var router = bench.Add("b", "adamix(lora)").Router!;
        Assert.Throws<RoutingException>(() => router.Inference = MixtureInference.Routed);
        Assert.Equal(MixtureInference.Merged, router.Inference);
        foreach (var (setting, expected) in (
            ValueTuple<string, string>[])[("routing=best", "routing"), ("routing=1", "routing"), ("balance=-1", "balance"),
            ("inference=routed", "inference")])
            Assert.Contains(expected, Assert.Throws<MethodOptionException>(() => Bench.Spec("adamix(lora)", "adamix." + setting)).Message);
        var settings = Bench.Spec("adamix(lora)", "adamix.routing=switch").Mixture!;
        Assert.Equal((RoutingPolicy.Switch, MixtureInference.Routed, 0.0, 0.01), (
            settings.Routing, settings.Inference, settings.Consistency, settings.Balance));
        var chosen = Bench.Spec(
            "adamix(lora)", "adamix.routing=switch", "adamix.inference=merged", "adamix.consistency=2", "adamix.balance=0.5").Mixture!;
        Assert.Equal((MixtureInference.Merged, 2.0, 0.5), (chosen.Inference, chosen.Consistency, chosen.Balance));
    }

    /// <summary>
    /// One LoRA mixture on one query map, its weights spread so that experts differ clearly; the point, and an input [2, 5, 16].
    /// </summary>
    private static (ProjectionPoint Point, Tensor X) OnePlace(Bench bench, bool float64)
    {
        bench.Add("a", "adamix(lora)", 5, false, "adamix.routing=switch", "adamix.share=none", "lora.sites=query", "lora.layers=0");
        bench.Adapters.Activate("a");
        bench.Classifier.train();
        using var generator = new Generator(3);
        var x = zeros([2, 5, 16], dtype: float64 ? ScalarType.Float64 : ScalarType.Float32).normal_(0, 1, generator);
        return ((ProjectionPoint)bench.Model.Sites.Single(site => !site.Point.IsEmpty).Point, x);
    }

    private static Tensor Probabilities(Bench bench, Tensor x) => x.reshape(-1, 16).matmul(Value(bench, "adamix.router").t()).softmax(-1);

    private static Tensor Value(Bench bench, string name) =>
        bench.Adapters["a"].NamedParameters.Single(pair => pair.Key.EndsWith(name, StringComparison.Ordinal)).Parameter.detach();

    private static void AssertGradient(string key, Parameter parameter, Func<double> loss)
    {
        const double Step = 1e-6;
        var gradient = parameter.grad!.clone().view(-1);
        using var frozen = no_grad();
        for (long element = 0; element < parameter.numel(); element += 7)
        {
            var flat = parameter.view(-1).narrow(0, element, 1);
            flat.add_(Step);
            var above = loss();
            flat.sub_(2 * Step);
            var below = loss();
            flat.add_(Step);
            Assert.Equal((above - below) / (2 * Step), gradient[element].item<double>(), 1e-6);
        }

        Assert.True(gradient.abs().max().item<double>() > 1e-4, key);
    }
}
