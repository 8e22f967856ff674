using System.Text.Json.Nodes;
using Peft.Models.AdapterHub;
using Peft.Models;
using static TorchSharp.torch;

namespace Peft.Tests.Interop.AdapterHub;

public sealed class HubFileTests : IDisposable
{
    private const string BigBird = "adapterhub-pfeiffer-r16-bigbird";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>A published adapter, made for a backbone whose layers are named as BERT's, out of pickles.</summary>
    [Theory, InlineData(true), InlineData(false)]
    public void A_published_adapter_keeps_every_tensor(bool withHead)
    {
        var source = SharedData.Require("data", "adapters", BigBird);
        using var model = withHead ? Base.Roberta() : Base.Bert(head: false);
        var adapter = AdapterHubFormat.Load(model, "rotten_tomatoes1", source, Known.Registry, withHead, theirPrefix: "bigbird");
        Assert.Equal("pfeiffer", adapter.Spec.Expression);
        Assert.Equal(12, AdapterPlaces.List(adapter).Count);
        Assert.All(AdapterPlaces.List(adapter), place => Assert.Equal(
            (48, Activation.Relu), (place.Options["size"], place.Options["activation"])));
        AdapterHubFormat.Save(model, "rotten_tomatoes1", _folder["out"], "google/bigbird-roberta-base");
        using var scope = NewDisposeScope();
        var before = TensorFile.Read(Path.Combine(source, "pytorch_adapter.bin"));
        var after = TensorFile.Read(Path.Combine(_folder["out"], "pytorch_adapter.bin"));
        var prefix = withHead ? "roberta" : "bert";
        Assert.Equal(before.Keys.Select(key => key.Replace("bigbird.", prefix + ".", StringComparison.Ordinal))
            .Order(), after.Keys.Order());
        Assert.All(before, pair => TensorFile.AssertClose(
            pair.Value, after[pair.Key.Replace("bigbird.", prefix + ".", StringComparison.Ordinal)], 0));
        if (withHead)
            TensorFile.AssertSame(Path.Combine(source, "pytorch_model_head.bin"), Path.Combine(_folder["out"], "pytorch_model_head.bin"));
        var config = (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(_folder["out"], "adapter_config.json")))!["config"]!;
        var original = (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(source, "adapter_config.json")))!["config"]!;
        foreach (var field in (
            string[])["mh_adapter", "output_adapter", "reduction_factor", "non_linearity", "original_ln_before", "original_ln_after",
            "residual_before_ln", "is_parallel", "leave_out"])
            Assert.Equal(original[field]!.ToJsonString(), config[field]!.ToJsonString());
    }

    [Fact]
    public void Another_architecture_and_a_head_that_is_built_otherwise_are_refused()
    {
        var source = SharedData.Require("data", "adapters", BigBird);
        using var model = Base.Bert();
        Assert.Equal("layers", Assert.Throws<ForeignConfigException>(
            () => AdapterHubFormat.Load(model, "a", source, Known.Registry, theirPrefix: "bigbird")).Field);
        var problem = Assert.Throws<ForeignTensorsException>(
            () => AdapterHubFormat.Load(model, "a", source, Known.Registry, withHead: false));
        Assert.Contains("bigbird.encoder.layer.0", problem.Message, StringComparison.Ordinal);
        Assert.Empty(model.Adapters.Names);
    }

    [Theory]
    [InlineData("architecture", "\"reft\"")]
    [InlineData("architecture", "\"prompt_tuning\"")]
    [InlineData("ln_before", "true")]
    [InlineData("ln_after", "true")]
    [InlineData("original_ln_after", "false")]
    [InlineData("mh_adapter", "true")]
    [InlineData("inv_adapter", "\"nice\"")]
    [InlineData("phm_layer", "true")]
    [InlineData("dropout", "0.1")]
    [InlineData("stochastic_depth", "0.1")]
    [InlineData("scaling", "2.0")]
    [InlineData("residual_before_ln", "\"post_add\"")]
    [InlineData("non_linearity", "\"leakyrelu\"")]
    [InlineData("something_new", "true")]
    public void A_field_of_a_bottleneck_is_refused_by_name(string field, string value) => AssertRefused("pfeiffer", field, value);

    [Theory]
    [InlineData("composition_mode", "\"scale\"")]
    [InlineData("attn_matrices", "[\"o\"]")]
    [InlineData("selfattn_lora", "false")]
    [InlineData("r", "\"4\"")]
    public void A_field_of_a_LoRA_is_refused_by_name(string field, string value) => AssertRefused("lora", field, value);

    [Theory]
    [InlineData("encoder_prefix", "false")]
    [InlineData("non_linearity", "\"relu\"")]
    [InlineData("dropout", "0.1")]
    [InlineData("leave_out", "[0]")]
    public void A_field_of_a_prefix_is_refused_by_name(string field, string value) => AssertRefused("prefix", field, value);

    [Fact]
    public void Names_of_the_first_versions_are_read_and_so_are_layers_left_out_and_widths_of_their_own()
    {
        using var scope = NewDisposeScope();
        var folder = Written("houlsby", "houlsby.size=4", "houlsby.leaveOut=0");
        var file = Path.Combine(folder, "adapter.safetensors");
        var tensors = TensorFile.Read(file);
        Assert.DoesNotContain(tensors.Keys, key => key.Contains("layer.0.", StringComparison.Ordinal));
        TensorFile.Write(file, tensors.ToDictionary(
            pair => pair.Key.Replace(
                "attention.output.adapters.", "attention.output.attention_text_task_adapters.", StringComparison.Ordinal)
                .Replace(".1.output.adapters.", ".1.output.layer_text_lang_adapters.", StringComparison.Ordinal),
            pair => pair.Value));
        using var model = Tiny.Model("bert");
        var adapter = AdapterHubFormat.Load(model, "ours", folder, Known.Registry);
        Assert.All(AdapterPlaces.List(adapter), place => Assert.Equal(1, place.Layer));
        AdapterHubFormat.Save(model, "ours", _folder["again"]);
        var again = TensorFile.Read(Path.Combine(_folder["again"], "pytorch_adapter.bin"));
        Assert.All(tensors, pair => TensorFile.AssertClose(pair.Value, again[pair.Key], 0));

        folder = Written("pfeiffer", "pfeiffer.size=4", "pfeiffer.size@re:.*1.*=5");
        // 16 / 5.5, which the library rounds down to 5
        Assert.Equal("{\"0\":4,\"1\":2.909090909090909}", Config(folder)["config"]!["reduction_factor"]!.ToJsonString());
        using var other = Tiny.Model("bert");
        Assert.Equal([4, 5], AdapterPlaces.List(AdapterHubFormat.Load(other, "ours", folder, Known.Registry))
            .Select(place => (int)place.Options["size"]));
    }

    [Fact]
    public void Before_1_1_the_scale_was_1_whatever_alpha_said()
    {
        var folder = Written("lora", "lora.rank=4", "lora.alpha=6");
        double Alpha(string version)
        {
            var config = Config(folder);
            config["version"] = version;
            File.WriteAllText(Path.Combine(folder, "adapter_config.json"), config.ToJsonString());
            using var model = Tiny.Model("bert");
            return (double)AdapterPlaces.List(AdapterHubFormat.Load(model, "ours", folder, Known.Registry))[0].Options["alpha"];
        }

        Assert.Equal(6, Alpha("adapters.1.2.0"));
        Assert.Equal(4, Alpha("adapters.1.0.1"));
        Assert.Equal(6, Alpha("3.2.1"));
    }

    [Theory]
    [InlineData("compacter", "", "compacter")]
    [InlineData("houlsby", "houlsby.sites=beforeFeedForwardDropout", "BeforeFeedForwardDropout")]
    [InlineData("houlsby", "houlsby.activation=identity", "Identity")]
    [InlineData("houlsby", "houlsby.biases=false", "houlsby.biases")]
    [InlineData("lora", "lora.dora=true", "lora.dora")]
    [InlineData("lora", "lora.targets=attention.output.dense", "AttentionOutput")]
    [InlineData("lora", "lora.rank@query=2", "lora.rank")]
    [InlineData("ia3", "", "feedForwardUp")]
    [InlineData("prefix", "prefix.shiftPositions=true", "shiftPositions")]
    [InlineData("unipelt", "", "gatePooling")]
    public void What_the_format_cannot_express_is_refused_by_name_and_nothing_is_written(string method, string settings, string named)
    {
        using var model = Tiny.Model("bert");
        Known.Add(model, "ours", method, settings.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        var problem = Assert.Throws<AdapterExportException>(() => AdapterHubFormat.Save(model, "ours", _folder["out"]));
        Assert.Contains(named, problem.Message, StringComparison.OrdinalIgnoreCase);
        Assert.False(Directory.Exists(_folder["out"]));
    }

    private void AssertRefused(string method, string field, string value)
    {
        var folder = Written(method, "pfeiffer.size=4", "lora.rank=4");
        var config = Config(folder);
        config["config"]![field] = JsonNode.Parse(value);
        File.WriteAllText(Path.Combine(folder, "adapter_config.json"), config.ToJsonString());
        using var model = Tiny.Model("bert");
        var problem = Assert.Throws<ForeignConfigException>(() => AdapterHubFormat.Load(model, "ours", folder, Known.Registry));
        Assert.Equal(field, problem.Field);
        Assert.Empty(model.Adapters.Names);
    }

    private string Written(string method, params string[] settings)
    {
        var folder = _folder[Guid.NewGuid().ToString("N")];
        using var model = Tiny.Model("bert");
        Known.Add(model, "ours", method, settings);
        AdapterHubFormat.Save(model, "ours", folder, weights: WeightsFile.Safetensors);
        return folder;
    }

    private static JsonObject Config(string folder) =>
        (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "adapter_config.json")))!;
}
