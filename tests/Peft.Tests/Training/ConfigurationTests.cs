using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Peft.Methods;
using Peft.Training;

namespace Peft.Tests.Training;

/// <summary>The section "Peft" of a host's configuration.</summary>
public sealed class ConfigurationTests
{
    [Fact]
    public void Training_is_bound_and_defaults_of_methods_are_replaced()
    {
        using var services = Services(
            ("Peft:Training:Method", "adamix(lora)"),
            ("Peft:Training:LearningRate", "0.25"),
            ("Peft:Training:MaxSteps", "7"),
            ("Peft:Training:RecomputeActivations", "true"),
            ("Peft:Training:Settings:adamix.experts", "2"),
            ("Peft:Methods:lora:rank", "4"),
            ("Peft:Methods:lora:sites", "query+key"));
        var options = services.GetRequiredService<TrainingOptions>();
        Assert.Equal(("adamix(lora)", 0.25, 7, true), (
            options.Method, options.LearningRate, options.MaxSteps, options.RecomputeActivations));
        var spec = TuningMethod.Parse(services.GetRequiredService<MethodRegistry>(), options);
        Assert.Equal(2, spec.Mixture!.Experts);
        Assert.Equal(4, spec.Parts[0].Options.Get<int>("rank"));
        Assert.Equal(16.0, spec.Parts[0].Options.Get<double>("alpha"));
        Assert.Equal([Site.Query, Site.Key], spec.Parts[0].Where.Sites);
    }

    [Fact]
    public void What_a_run_is_told_wins_over_a_configured_default()
    {
        using var services = Services(("Peft:Methods:lora:rank", "4"), ("Peft:Training:Settings:lora.rank", "2"));
        var spec = TuningMethod.Parse(services.GetRequiredService<MethodRegistry>(), services.GetRequiredService<TrainingOptions>());
        Assert.Equal(2, spec.Parts[0].Options.Get<int>("rank"));
    }

    [Theory]
    [InlineData("Peft:Trainin:Epochs", "3", "Peft:Trainin", "the nearest is 'Training'")]
    [InlineData("Peft:Training:Epoch", "3", "Peft:Training:Epoch", "the nearest is 'Epochs'")]
    [InlineData("Peft:Training:Epochs", "three", "Peft:Training:Epochs", "'three'")]
    [InlineData("Peft:Training:BatchSize", "0", "Peft:Training:BatchSize", "at least 1")]
    [InlineData("Peft:Training:MaxGradNorm", "-1", "Peft:Training:MaxGradNorm", "-1")]
    [InlineData("Peft:Methods:lorra:rank", "4", "Peft:Methods:lorra", "the nearest is 'lora'")]
    [InlineData("Peft:Methods:lora:rnk", "4", "Peft:Methods:lora:rnk", "rank")]
    [InlineData("Peft:Methods:lora:rank", "0", "Peft:Methods:lora:rank", "at least 1")]
    [InlineData("Peft:Methods:adamix:experts", "2", "Peft:Methods:adamix", "Peft:Training:Settings")]
    [InlineData("Peft:Plugins", "folder", "Peft:Plugins", "no such key")] // nobody here reads plugins
    public void An_error_names_the_key(string key, string value, string named, string part)
    {
        using var services = Services((key, value));
        var problem = Assert.Throws<PeftConfigurationException>(() =>
        {
            services.GetRequiredService<TrainingOptions>();
            services.GetRequiredService<MethodRegistry>();
        });
        Assert.Equal(named, problem.Key, ignoreCase: true);
        Assert.Contains(part, problem.Message);
    }

    [Fact]
    public void Without_a_section_the_defaults_hold()
    {
        using var services = new ServiceCollection().AddPeft(peft => peft.AddMethodsFrom(typeof(Lora).Assembly)).BuildServiceProvider();
        Assert.Equal(new TrainingOptions().Epochs, services.GetRequiredService<TrainingOptions>().Epochs);
        Assert.Contains(services.GetRequiredService<MethodRegistry>().Methods, method => method.Name == "lora");
        Assert.NotNull(services.GetRequiredService<FineTuner>());
    }

    [Fact]
    public void A_default_that_is_not_allowed_changes_nothing()
    {
        var registry = new MethodRegistry().Add<Lora>();
        Assert.Throws<MethodOptionException>(
            () => registry.SetDefaults("lora", new Dictionary<string, string> { ["alpha"] = "2", ["rank"] = "0" }));
        Assert.Equal(16.0, registry.Find("lora").Options[1].Default);
    }

    private static ServiceProvider Services(params IEnumerable<(string Key, string Value)> values)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(values.Select(pair => new KeyValuePair<string, string?>(pair.Key, pair.Value))).Build();
        return new ServiceCollection().AddPeft(peft => peft.AddMethod<Lora>().Bind(configuration.GetSection("Peft")))
            .BuildServiceProvider();
    }
}
