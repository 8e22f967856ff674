using Microsoft.Extensions.DependencyInjection;
using Peft.Training;

namespace Peft.Tests.Training;

/// <summary>Section B4 of the AdaMix specification, as settings.</summary>
public sealed class GenerationPresetTests
{
    [Theory]
    [InlineData("e2e", 20, 2000, 0.1, 0.01, true)]
    [InlineData("webnlg", 25, 2500, 0.1, 0.01, true)]
    [InlineData("dart", 20, 2000, 0, 0, false)]
    public void A_task_has_its_own_numbers(string task, int epochs, int warmup, double smoothing, double decay, bool dropout)
    {
        foreach (var name in Presets.Names.Where(name => name.StartsWith("nlg-", StringComparison.Ordinal)))
        {
            var preset = Presets.Find(name).Options(task);
            Assert.Equal((epochs, warmup, smoothing, decay), (
                preset.Epochs, preset.WarmupSteps, preset.LabelSmoothing, preset.WeightDecay));
            Assert.Equal((2e-4, 8, 0, 1e-6, 110), (
                preset.LearningRate, preset.BatchSize, preset.MaxGradNorm, preset.AdamEpsilon, preset.Seed));
            Assert.True(preset is { DecayAll: true, KeepLast: true, BackboneDropout: 0 });
            TrainingOptionsCheck.Check(preset);
        }

        Assert.Equal(dropout, Presets.Find("nlg-lora").Options(task).Settings["lora.dropout"] != "0");
    }

    [Theory]
    [InlineData("nlg-lora", 4 * 2 * 4 * 512)] // layers x projections x rank x (in + out)
    [InlineData("nlg-adamix-lora", 4 * 2 * 4 * 512)]
    [InlineData("nlg-prelayer", 4 * 2 * 7 * 256)] // layers x (keys and values) x length x width
    [InlineData("nlg-adapter", 4 * ((8 * 256) + 8 + (256 * 8) + 256))]
    [InlineData("nlg-adamix-adapter", 4 * ((8 * 256) + 8 + (256 * 8) + 256))]
    public void A_preset_runs_and_has_as_many_parameters_as_the_method(string name, long tunable)
    {
        var options = Presets.Find(name).Options("venues") with
        {
            MaxSteps = 2, TrainLimit = 16, DevLimit = 8, MaxLength = 64, Threads = 1,
        };
        using var host = Watching.Host();
        var result = host.Services.GetRequiredService<FineTuner>().Run(options, new Watching(), CancellationToken.None);
        Assert.Equal(tunable, result.Parameters.Tunable);
        Assert.Equal(2, result.Steps);
    }

    [Fact]
    public void An_unknown_preset_is_refused_with_the_nearest() =>
        Assert.Contains("nlg-lora", Assert.Throws<TrainingOptionsException>(() => Presets.Find("nlg-lara")).Message);

    [Theory]
    [InlineData("score")]
    [InlineData("backbone-dropout")]
    [InlineData("label-smoothing")]
    public void Settings_of_decoders_are_refused_elsewhere(string option)
    {
        var options = option switch
        {
            "score" => new TrainingOptions { Score = "dev" },
            "backbone-dropout" => new TrainingOptions { Backbone = "builtin", BackboneDropout = 0, TrainLimit = 8, DevLimit = 8 },
            _ => new TrainingOptions { LabelSmoothing = 0.1 },
        };
        using var host = Watching.Host();
        var tuner = host.Services.GetRequiredService<FineTuner>();
        Assert.Equal(option, Assert.Throws<TrainingOptionsException>(
            () => tuner.Run(options, new Watching(), CancellationToken.None)).Option);
    }
}
