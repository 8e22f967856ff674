using System.Globalization;
using Peft.Methods;
using Peft.Training;

namespace Peft.Tests.Training.Comparisons;

public sealed class SweepPlanTests
{
    private static readonly MethodRegistry s_registry = new MethodRegistry().AddFrom(typeof(Lora).Assembly);

    [Fact]
    public void A_grid_has_every_combination_in_order()
    {
        var plan = Plan(new SweepParameter.List("epochs", ["1", "2"]), new SweepParameter.List("learning-rate", ["1e-3", "5e-4", "1e-4"]));
        var found = plan.Configurations(s_registry);
        Assert.Equal(
            ["1 1e-3", "1 5e-4", "1 1e-4", "2 1e-3", "2 5e-4", "2 1e-4"], found.Select(one => string.Join(' ', one.Values.Values)));
        Assert.Equal((2, 5e-4), (found[4].Options.Epochs, found[4].Options.LearningRate!.Value));
    }

    [Fact]
    public void An_option_of_a_method_that_is_not_used_adds_no_configuration()
    {
        var found = Plan(
            new SweepParameter.List("method", ["head-only", "lora", "adamix(lora)"]), new SweepParameter.List("lora.rank", ["2", "4"]),
            new SweepParameter.List("epochs", ["3"])).Configurations(s_registry);
        Assert.Equal(
            ["head-only 3", "lora 2 3", "lora 4 3", "adamix(lora) 2 3", "adamix(lora) 4 3"],
            found.Select(one => string.Join(' ', one.Values.Values)));
        Assert.Empty(found[0].Options.Settings);
        Assert.Equal("2", found[1].Options.Settings["lora.rank"]);
    }

    [Fact]
    public void Values_of_the_options_and_of_the_parameters_are_merged()
    {
        var plan = Plan(new SweepParameter.List("lora.rank", ["2"]));
        var given = new Dictionary<string, string> { ["LORA.rank"] = "8", ["lora.alpha"] = "4" };
        plan = plan with { Options = plan.Options with { Settings = given } };
        var settings = Assert.Single(plan.Configurations(s_registry)).Options.Settings;
        Assert.Equal(("2", "4"), (settings["lora.rank"], settings["lora.alpha"]));
    }

    [Fact]
    public void The_same_search_seed_samples_the_same_values()
    {
        var plan = Plan(
            new SweepParameter.Range("learning-rate", 1e-5, 1e-2, IsLogarithmic: true, IsWhole: false),
            new SweepParameter.Range("batch-size", 4, 7, IsLogarithmic: false, IsWhole: true),
            new SweepParameter.List("method", ["lora", "houlsby"])) with { Trials = 200, SearchSeed = 5 };
        var found = Texts(plan);
        Assert.Equal(found, Texts(plan));
        Assert.NotEqual(found, Texts(plan with { SearchSeed = 6 }));

        var configurations = plan.Configurations(s_registry);
        var rates = configurations.Select(one => one.Options.LearningRate!.Value).ToList();
        Assert.All(rates, rate => Assert.InRange(rate, 1e-5, 1e-2));
        Assert.InRange(rates.Count(rate => rate < 1e-4), 40, 95); // a third of the logarithms
        Assert.Equal([4, 5, 6, 7], configurations.Select(one => one.Options.BatchSize).Distinct().Order());
        Assert.Equal(2, configurations.Select(one => one.Options.Method).Distinct().Count());
        Assert.All(configurations, one => Assert.Equal(
            one.Options.LearningRate, double.Parse(one.Values["learning-rate"], CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void A_linear_range_is_uniform()
    {
        var plan = Plan(new SweepParameter.Range("weight-decay", 0, 0.5, IsLogarithmic: false, IsWhole: false)) with { Trials = 200 };
        var values = plan.Configurations(s_registry).Select(one => one.Options.WeightDecay).ToList();
        Assert.All(values, value => Assert.InRange(value, 0, 0.5));
        Assert.InRange(values.Average(), 0.2, 0.3);
    }

    [Fact]
    public void Values_that_only_fit_together_are_checked()
    {
        var plan = Plan(new SweepParameter.List("early-stopping", ["0", "2"]));
        Assert.Equal("early-stopping", Assert.Throws<TrainingOptionsException>(
            () => (plan with { Options = plan.Options with { KeepLast = true } }).Configurations(s_registry)).Option);
        Assert.Contains("lora.rnk", Assert.ThrowsAny<Exception>(
            () => Plan(new SweepParameter.List("lora.rnk", ["1"])).Configurations(s_registry)).Message);
    }

    private static List<string> Texts(SweepPlan plan) =>
        [.. plan.Configurations(s_registry).Select(one => string.Join(' ', one.Values.Select(pair => $"{pair.Key}={pair.Value}")))];

    private static SweepPlan Plan(params SweepParameter[] parameters) => new() { Options = new(), Parameters = parameters };
}
