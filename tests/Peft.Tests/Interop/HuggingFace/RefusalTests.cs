using System.Text.Json.Nodes;
using Peft.Models.HuggingFace;
using Peft.Models;

namespace Peft.Tests.Interop.HuggingFace;

/// <summary>
/// Flags that are on and not offered, fields that are wrong, and files that do not fit fail by name and leave the model as it was.
/// </summary>
public sealed class RefusalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("peft_type", "\"LOHA\"")]
    [InlineData("peft_type", "null")]
    [InlineData("lora_bias", "true")]
    [InlineData("use_qalora", "true")]
    [InlineData("use_bdlora", "{\"nblocks\": 2}")]
    [InlineData("target_parameters", "[\"experts.weight\"]")]
    [InlineData("trainable_token_indices", "[1, 2]")]
    [InlineData("layer_replication", "[[0, 1]]")]
    [InlineData("loftq_config", "{\"loftq_bits\": 4}")]
    [InlineData("corda_config", "{\"corda_method\": \"ipm\"}")]
    [InlineData("alora_invocation_tokens", "[3]")]
    [InlineData("arrow_config", "{\"top_k\": 2}")]
    [InlineData("monteclora_config", "{\"n\": 2}")]
    [InlineData("megatron_config", "{\"x\": 1}")]
    [InlineData("ensure_weight_tying", "true")]
    [InlineData("init_lora_weights", "\"pissa\"")]
    [InlineData("init_lora_weights", "\"olora\"")]
    [InlineData("something_new", "1")]
    [InlineData("r", "\"eight\"")]
    [InlineData("r", "2.5")]
    [InlineData("lora_alpha", "[1]")]
    [InlineData("use_dora", "\"yes\"")]
    [InlineData("bias", "\"some\"")]
    [InlineData("rank_pattern", "[4]")]
    [InlineData("alpha_pattern", "{\"query\": \"x\"}")]
    public void A_field_is_refused_by_name(string field, string value)
    {
        var folder = Written("lora");
        Edit(folder, config => config[field] = JsonNode.Parse(value));
        using var model = Tiny.Model("bert");
        var problem = Assert.Throws<ForeignConfigException>(() => HuggingFacePeft.Load(model, "theirs", folder, Known.Registry));
        Assert.Equal(field, problem.Field);
        Assert.Contains(field, problem.Message, StringComparison.Ordinal);
        Assert.Empty(model.Adapters.Names);
    }

    [Theory]
    [InlineData("eva_config", "{\"rho\": 2.0}")]
    [InlineData("init_lora_weights", "\"gaussian\"")]
    [InlineData("init_lora_weights", "false")]
    [InlineData("layers_to_transform", "[0, 1]")]
    [InlineData("exclude_modules", "[\"key\"]")]
    [InlineData("target_modules", "\"all-linear\"")]
    [InlineData("target_parameters", "[]")]
    [InlineData("loftq_config", "{}")]
    [InlineData("use_qalora", "false")]
    [InlineData("peft_version", "\"0.20.0\"")]
    [InlineData("megatron_core", "\"megatron.core\"")]
    public void What_is_off_or_says_nothing_of_the_tensors_is_accepted(string field, string value)
    {
        var folder = Written("lora");
        Edit(folder, config => config[field] = JsonNode.Parse(value));
        using var model = Tiny.Model("bert");
        HuggingFacePeft.Load(model, "theirs", folder, Known.Registry);
        Assert.Equal(["theirs"], model.Adapters.Names);
    }

    /// <summary>Reported as peft#3582: a pattern without effect passes silently.</summary>
    [Theory]
    [InlineData("rank_pattern", "que", true)]
    [InlineData("alpha_pattern", "^query", true)]
    [InlineData("alpha_pattern", "query", false)]
    public void A_pattern_that_matches_no_module_is_named(string field, string pattern, bool named)
    {
        var folder = Written("lora");
        Edit(folder, config => config[field] = new JsonObject { [pattern] = 16 });
        using var model = Tiny.Model("bert");
        var notices = new List<string>();
        HuggingFacePeft.Load(model, "theirs", folder, Known.Registry, notices.Add);
        var expected = $"{field} '{pattern}' matches no adapted module";
        Assert.Equal(named, notices.Any(notice => notice.Contains(expected, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_rank_that_the_tensors_do_not_have_and_tensors_that_are_missing_or_too_many_are_all_named()
    {
        var folder = Written("lora");
        Edit(folder, config => config["rank_pattern"] = new JsonObject { ["value"] = 5 });
        AssertTensors(folder, problem => Assert.Equal(
            4, problem.Misshapen.Count(text => text.Contains("attention.self.value.lora_", StringComparison.Ordinal))));

        folder = Written("lora");
        EditTensors(folder, tensors =>
        {
            tensors["base_model.model.bert.pooler.dense.other"] = tensors["base_model.model.classifier.bias"];
            tensors.Remove("base_model.model.classifier.weight");
            tensors.Remove("base_model.model.bert.encoder.layer.1.attention.self.query.lora_B.weight");
        });
        AssertTensors(folder, problem =>
        {
            Assert.Equal(["bert.encoder.layer.1.attention.self.query.lora_B.weight", "classifier.weight"], problem.Missing.Order());
            Assert.Equal(["base_model.model.bert.pooler.dense.other"], problem.Unexpected);
        });
    }

    [Fact]
    public void Old_names_are_read()
    {
        var folder = Written("lora", "lora.dora=true");
        var before = TensorFile.Read(Path.Combine(folder, "adapter_model.safetensors"));
        EditTensors(folder, tensors =>
        {
            foreach (var key in tensors.Keys.ToList())
            {
                var old = key.Replace("classifier.", "classifier.modules_to_save.", StringComparison.Ordinal)
                    .Replace("magnitude_vector", "magnitude_vector.weight", StringComparison.Ordinal);
                tensors.Remove(key, out var values);
                tensors[old] = values!;
            }
        });
        using var model = Tiny.Model("bert");
        HuggingFacePeft.Load(model, "theirs", folder, Known.Registry);
        HuggingFacePeft.Save(model, "theirs", _folder["modern"]);
        var after = TensorFile.Read(Path.Combine(_folder["modern"], "adapter_model.safetensors"));
        Assert.Equal(before.Keys.Order(), after.Keys.Order());
        Assert.All(before, pair => TensorFile.AssertClose(pair.Value, after[pair.Key], 0));
    }

    [Fact]
    public void A_folder_without_a_configuration_or_weights_and_broken_JSON_are_refused()
    {
        using var model = Tiny.Model("bert");
        Assert.Throws<ForeignConfigException>(() => HuggingFacePeft.Load(model, "theirs", _folder.Path, Known.Registry));
        var folder = Written("lora");
        File.Delete(Path.Combine(folder, "adapter_model.safetensors"));
        Assert.Contains("adapter_model.bin", Assert.Throws<ForeignConfigException>(
            () => HuggingFacePeft.Load(model, "theirs", folder, Known.Registry)).Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(folder, "adapter_config.json"), "{");
        Assert.Throws<ForeignConfigException>(() => HuggingFacePeft.Load(model, "theirs", folder, Known.Registry));
        File.WriteAllText(Path.Combine(folder, "adapter_config.json"), "[]");
        Assert.Throws<ForeignConfigException>(() => HuggingFacePeft.Load(model, "theirs", folder, Known.Registry));
        Assert.Empty(model.Adapters.Names);
    }

    [Fact]
    public void Factors_at_a_place_where_this_library_scales_the_other_side_are_refused()
    {
        var folder = Written("ia3");
        EditTensors(folder, tensors => tensors["base_model.model.bert.encoder.layer.0.output.dense.ia3_l"] = TorchSharp.torch.ones(16, 1));
        using var model = Tiny.Model("bert");
        var problem = Assert.Throws<ForeignConfigException>(() => HuggingFacePeft.Load(model, "theirs", folder, Known.Registry));
        Assert.Equal("feedforward_modules", problem.Field);
    }

    private string Written(string method, params string[] settings)
    {
        var folder = _folder[Guid.NewGuid().ToString("N")];
        using var model = Tiny.Model("bert");
        Known.Add(model, "ours", method, settings);
        HuggingFacePeft.Save(model, "ours", folder);
        return folder;
    }

    private static void AssertTensors(string folder, Action<ForeignTensorsException> check)
    {
        using var model = Tiny.Model("bert");
        check(Assert.Throws<ForeignTensorsException>(() => HuggingFacePeft.Load(model, "theirs", folder, Known.Registry)));
        Assert.Empty(model.Adapters.Names);
    }

    private static void Edit(string folder, Action<JsonObject> change)
    {
        var file = Path.Combine(folder, "adapter_config.json");
        var config = (JsonObject)JsonNode.Parse(File.ReadAllText(file))!;
        change(config);
        File.WriteAllText(file, config.ToJsonString());
    }

    private static void EditTensors(string folder, Action<Dictionary<string, TorchSharp.torch.Tensor>> change)
    {
        var file = Path.Combine(folder, "adapter_model.safetensors");
        var tensors = TensorFile.Read(file);
        change(tensors);
        TensorFile.Write(file, tensors);
    }
}
