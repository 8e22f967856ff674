using Peft.Training;

namespace Peft.Tests.Training;

/// <summary>Metrics of a mixture's run with chosen and sampled experts.</summary>
public sealed class RoutedEvaluationTests : IDisposable
{
    private readonly OwnRun _runs = new();

    public void Dispose() => _runs.Dispose();

    [Fact]
    public void A_run_keeps_its_experts_and_samples_follow_the_seed()
    {
        _runs.Train("mixture", Options("adamix(houlsby)"));
        using var model = _runs.Load("mixture");
        var merged = model.Evaluate(new EvaluationOptions()).Metrics;
        RoutedEvaluation Sample(int draws, ulong seed, RouteUnit unit = RouteUnit.Sentence) => model.EvaluateRouted(
            new EvaluationOptions(), new RoutedEvaluationOptions { Draws = draws, Seed = seed, Unit = unit });
        var six = Sample(6, 3);
        Assert.Equal(merged, six.Merged);
        Assert.Equal(6, six.Draws.Count);
        var values = six.Draws.Select(draw => draw["accuracy"]).ToList();
        Assert.True(values.Distinct().Count() > 1, string.Join(' ', values)); // routes matter
        Assert.Equal(six.Draws.Take(3), Sample(3, 3).Draws);
        Assert.NotEqual(values, Sample(6, 4).Draws.Select(draw => draw["accuracy"]));
        Assert.NotEqual(values, Sample(6, 3, RouteUnit.Token).Draws.Select(draw => draw["accuracy"]));
        var range = six.Ranges["accuracy"];
        Assert.Equal((values.Min(), values.Max()), (range.Min, range.Max));
        Assert.Equal(values.Average(), range.Mean, 1e-12);
        Assert.Equal(MixtureInference.Merged, model.Model.Adapter!.Router!.Inference);
        Assert.Equal(merged, model.Evaluate(new EvaluationOptions()).Metrics);
        CheckFixed(model);
    }

    [Fact]
    public void What_has_no_experts_is_refused()
    {
        _runs.Train("plain", Options("lora") with { Epochs = 1 });
        using var model = _runs.Load("plain");
        Assert.Contains("lora is no mixture", Assert.Throws<RoutedEvaluationException>(
            () => model.EvaluateRouted(new EvaluationOptions(), new RoutedEvaluationOptions())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_ensemble_averages_probabilities_and_splits_the_entropy()
    {
        // Two members, two rows: the members disagree on the first row and agree on the second.
        var (sure, even) = (MathF.Log(9), 0f); // probabilities 0.9 and 0.1
        var members = new EnsembleOutputs([[sure, 0, even, 0], [0, sure, even, 0]], width: 2);
        var mean = members.Mean();
        Assert.Equal(new[] { 0.5, 0.5, 0.5, 0.5 }, mean.Select(value => Math.Round(Math.Exp(value), 6)));
        var within = -(0.9 * Math.Log(0.9)) - (0.1 * Math.Log(0.1));
        var all = members.Uncertainty([0, 1]);
        Assert.Equal(Math.Log(2), all.PredictiveEntropy, 1e-9);
        Assert.Equal((within + Math.Log(2)) / 2, all.ExpectedEntropy, 1e-6);
        Assert.Equal((Math.Log(2) - within) / 2, all.MutualInformation, 1e-6);
        Assert.Equal(0, all.Wrong!.MutualInformation, 1e-9);
        Assert.Equal(Math.Log(2) - within, all.Right!.MutualInformation, 1e-6);
        Assert.Equal(Math.Sqrt(2), new EnsembleOutputs([[1, 5], [3, 3]], width: 1).Deviation(), 1e-12);
    }

    private static void CheckFixed(TrainedModel model)
    {
        RoutedEvaluation Fixed(int expert) => model.EvaluateRouted(
            new EvaluationOptions(), new RoutedEvaluationOptions { Inference = MixtureInference.Fixed, Expert = expert });
        using (model.Model.Adapter!.Router!.Pin(model.Model.Adapter.Router.Everywhere(2)))
            Assert.Equal(model.Evaluate(new EvaluationOptions()).Metrics, Assert.Single(Fixed(2).Draws));
        Assert.Contains("from 0 to 2", Assert.Throws<RoutedEvaluationException>(() => Fixed(3)).Message, StringComparison.Ordinal);
        var ensemble = model.EvaluateRouted(
            new EvaluationOptions(), new RoutedEvaluationOptions { Inference = MixtureInference.Ensemble, Draws = 4 });
        Assert.InRange(ensemble.Uncertainty!.MutualInformation, 1e-6, ensemble.Uncertainty.PredictiveEntropy);
    }

    private static TrainingOptions Options(string method) => new()
    {
        Backbone = "builtin",
        Task = "builtin",
        Method = method,
        Settings = method == "lora" ? new Dictionary<string, string>() : new() { ["adamix.experts"] = "3", ["adamix.share"] = "none" },
        TrainLimit = 64,
        DevLimit = 48,
        Epochs = 1,
        BatchSize = 8,
        LearningRate = 0.03,
        MaxLength = 24,
    };
}
