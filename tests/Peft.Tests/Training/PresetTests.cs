using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Peft.Methods;
using Peft.Models;
using Peft.Training;

namespace Peft.Tests.Training;

/// <summary>Presets of AdaMix and its baselines on GLUE.</summary>
public sealed class PresetTests : IDisposable
{
    private const string BertBase = """
        {"model_type":"bert","vocab_size":64,"hidden_size":768,"num_hidden_layers":1,"num_attention_heads":12,
         "intermediate_size":3072,"hidden_act":"gelu","max_position_embeddings":512,"type_vocab_size":2}
        """;

    private const string RobertaLarge = """
        {"model_type":"roberta","vocab_size":64,"hidden_size":1024,"num_hidden_layers":1,"num_attention_heads":16,
         "intermediate_size":4096,"hidden_act":"gelu","max_position_embeddings":514,"type_vocab_size":1,"layer_norm_eps":1e-5}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("peft-presets-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_value_is_an_option_with_a_source_and_an_allowed_value()
    {
        using var host = Host();
        var registry = host.Services.GetRequiredService<MethodRegistry>();
        foreach (var preset in Presets.All)
        {
            Assert.Equal(preset.Values.Count, preset.Values.Select(value => value.Option).Distinct().Count());
            foreach (var task in preset.Tasks.Keys.Append("rte"))
            {
                Assert.All(preset.ValuesFor(task), value => Assert.Contains(value.Source, Presets.Sources.Keys));
                var options = preset.Options(task);
                TrainingOptionsCheck.Check(options);
                TuningMethod.Parse(registry, options); // refuses a setting of another method
                Assert.True(options is { LearningRate: > 0, Epochs: > 0 }, $"{preset.Name} leaves the rate or the epochs open");
            }
        }

        Assert.Equal(Presets.Names.Count, Presets.Names.Distinct().Count());
    }

    /// <summary>#Param of AdaMix's tables 1 and 2, and the exact number behind it; one layer is made, the rest is multiplication.</summary>
    [Theory]
    [InlineData("bert-base-adamix", 894_528)]
    [InlineData("bert-base-houlsby", 903_744)]
    [InlineData("bert-base-lora", 294_912)]
    [InlineData("bert-base-prefix", 184_320)]
    [InlineData("roberta-large-adamix", 811_392)]
    [InlineData("roberta-large-pfeiffer-3m", 3_171_840)]
    [InlineData("roberta-large-pfeiffer", 811_392)]
    [InlineData("roberta-large-houlsby-6m", 6_343_680)]
    [InlineData("roberta-large-houlsby", 835_968)]
    [InlineData("roberta-large-lora", 786_432)]
    public void A_preset_tunes_as_many_parameters_as_the_table_says(string name, long tunable)
    {
        var preset = Presets.Find(name);
        var (config, layers) = preset.Options("mnli").Backbone == "bert-base-uncased" ? (BertBase, 12) : (RobertaLarge, 24);
        File.WriteAllText(Path.Combine(_folder, "config.json"), config);
        using var host = Host();
        using var model = AdapterBackbone.Shapes(host.Services.GetRequiredService<BackboneRegistry>(), _folder);
        model.Attach(TuningMethod.Parse(host.Services.GetRequiredService<MethodRegistry>(), preset.Options("mnli")), seed: 0);
        Assert.Equal(tunable, layers * ParameterCounter.Count(model).Tunable);
        var millions = tunable / 1e6;
        var printed = double.Parse(preset.Tunable.TrimEnd('M'), System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(millions, printed - 0.06, Math.Max(printed + 0.06, printed * 1.06)); // the tables round, or cut
    }

    [Fact]
    public void A_task_and_explicit_values_replace_the_presets()
    {
        var preset = Presets.Find("BERT-base-adamix");
        Assert.Equal((4e-4, 40, 64), Chosen("mnli"));
        Assert.Equal((5e-4, 80, 32), Chosen("STS-B"));
        Assert.Equal((4e-4, 40, 64), Chosen("another"));
        Assert.Equal("code", preset.ValuesFor("mnli").Single(value => value.Option == "epochs").Source);
        Assert.Equal("unverified", preset.ValuesFor("rte").Single(value => value.Option == "epochs").Source);
        Assert.Equal("4", preset.Options("rte").Settings["adamix.experts"]);
        Assert.Contains("bert-base-adamix", Assert.Throws<TrainingOptionsException>(() => Presets.Find("bert-adamix")).Message,
            StringComparison.Ordinal);

        (double? Rate, int Epochs, int Batch) Chosen(string task) =>
            preset.Options(task) is var options ? (options.LearningRate, options.Epochs, options.BatchSize) : default;
    }

    private static IHost Host()
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder();
        builder.Services.AddPeft(peft => peft.AddMethodsFrom(typeof(Lora).Assembly));
        return builder.Build();
    }
}
