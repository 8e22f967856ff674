using System.Globalization;
using System.Text.RegularExpressions;
using Peft.Models;
using Peft.Data;
using Peft.Models.HuggingFace;
using Peft.Models.StateDicts;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Interop.StateDicts;

/// <summary>loralib's state dicts and the AdaMix authors' checkpoints.</summary>
public sealed class StateDictTests : IDisposable
{
    private static readonly Dictionary<string, string> s_none = [];
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_published_LoRA_of_loralib_loads_strictly_and_becomes_a_PEFT_LoRA()
    {
        var source = SharedData.Require("data", "adapters", "roberta-base-lora-mnli-loralib");
        Assert.Equal(3, LoralibFormat.Labels(source));
        using var model = new PeftModel(
            new SequenceClassifier(((SequenceClassifier)Base.Roberta().Backbone).Encoder.Config with { Labels = 3 }, blank: true),
            SequenceClassifier.HeadName);
        Assert.Equal("lora.alpha", Assert.Throws<MissingSettingException>(
            () => LoralibFormat.Load(model, "mnli", source, Known.Registry, s_none)).Setting);
        LoralibFormat.Load(model, "mnli", source, Known.Registry, new Dictionary<string, string> { ["lora.alpha"] = "16" });
        HuggingFacePeft.Save(model, "mnli", _folder["out"]);
        var before = TensorFile.Read(source);
        var after = TensorFile.Read(Path.Combine(_folder["out"], "adapter_model.safetensors"));
        Assert.Equal(before.Count, after.Count);
        Assert.All(before, pair => TensorFile.AssertClose(
            pair.Value, after["base_model.model." + Regex.Replace(pair.Key, "lora_([AB])$", "lora_$1.weight")], 0));
    }

    /// <summary>Query's rows lie above value's; the backbone that is stored beside is passed over.</summary>
    [Fact]
    public void A_fused_LoRA_of_loralib_is_cut()
    {
        var source = SharedData.Require("golden", "gpt2_lora_only");
        using var model = new PeftModel(new CausalLanguageModel(DecoderConfigReader.Read(source), blank: true));
        var adapter = LoralibFormat.Load(
            model, "a", Path.Combine(source, "model.safetensors"), Known.Registry, new Dictionary<string,
            string> { ["lora.alpha"] = "32" });
        var file = TensorFile.Read(Path.Combine(source, "model.safetensors"));
        Assert.Equal([Site.Query, Site.Value], AdapterTensor.All(adapter).Select(tensor => tensor.Site).Distinct().Order());
        foreach (var tensor in AdapterTensor.All(adapter))
        {
            var rows = file[$"transformer.h.{tensor.Layer}.attn.c_attn.lora_{tensor.Name}"].chunk(2, 0)[tensor.Site == Site.Query ? 0 : 1];
            TensorFile.AssertClose(rows, tensor.Merged(), 0);
        }

        Assert.Equal(4 * DecoderConfigReader.Read(source).Layers, AdapterTensor.All(adapter).Count);
    }

    [Theory]
    [InlineData("adamix_bert_shared_up", "up", 4)]
    [InlineData("adamix_roberta_shared_up", "up", 4)]
    [InlineData("adamix_roberta_regression", "up", 4)]
    [InlineData("adamix_roberta_unshared", "", 3)]
    public void The_AdaMix_authors_checkpoints_give_their_merged_outputs(string name, string shared, int experts)
    {
        var source = SharedData.Require("golden", name);
        using (var whole = SafetensorsFile.Open(Path.Combine(source, "model.safetensors")))
        {
            // What the released code saves: experts and head.
            TensorFile.Write(_folder["adapter.bin.safetensors"], whole.Tensors.Keys.Where(
                key => key.Contains("ExpertSoup", StringComparison.Ordinal) || key.StartsWith("classifier", StringComparison.Ordinal))
                .ToDictionary(key => key, key => ArchiveTensors.Read(whole, key)));
            TensorFile.Write(Path.Combine(_folder["plain"], "model.safetensors"), whole.Tensors.Keys.Where(
                key => !key.Contains("ExpertSoup", StringComparison.Ordinal))
                .ToDictionary(key => key, key => ArchiveTensors.Read(whole, key).to_type(ScalarType.Float32)));
        }

        File.Copy(Path.Combine(source, "config.json"), Path.Combine(_folder["plain"], "config.json"));
        using var model = new PeftModel(Pretrained.Classifier(_folder["plain"]), SequenceClassifier.HeadName);
        model.Backbone.eval();
        var adapter = AdaMixFormat.Load(model, "a", _folder["adapter.bin.safetensors"], Known.Registry, s_none);
        Assert.Equal("adamix(houlsby)", adapter.Spec.Expression);
        Assert.Equal((experts, shared), (adapter.Spec.Mixture!.Experts, string.Join('+', adapter.Spec.Mixture.Shared)));
        model.Adapters.Activate("a");
        var expected = TensorFile.Read(Path.Combine(source, "expected.safetensors"));
        Tensor Long(string key) => expected[key].to_type(ScalarType.Int64);
        var segments = expected.ContainsKey("input.token_type_ids") ? Long("input.token_type_ids") : null;
        using var frozen = no_grad();
        var logits = model.Run(
            () => ((SequenceClassifier)model.Backbone).call(
            new EncoderInputs(Long("input.input_ids"), Long("input.attention_mask"), segments)));
        TensorFile.AssertClose(expected["output.merged_eval_logits"], logits, 1e-5);
    }

    [Fact]
    public void A_mixture_of_LoRAs_keeps_every_expert_and_leaves_as_one_LoRA()
    {
        var source = SharedData.Require("golden", "adamix_gpt2_lora_shared_b");
        using var model = new PeftModel(new CausalLanguageModel(DecoderConfigReader.Read(source), blank: true));
        var adapter = AdaMixFormat.Load(
            model, "a", Path.Combine(source, "model.safetensors"), Known.Registry, new Dictionary<string,
            string> { ["lora.alpha"] = "32" });
        Assert.Equal((4, "up", RouteScope.Layer), (
            adapter.Spec.Mixture!.Experts, string.Join('+', adapter.Spec.Mixture.Shared), adapter.Spec.Mixture.Route));
        var file = TensorFile.Read(Path.Combine(source, "model.safetensors"));
        foreach (var tensor in AdapterTensor.All(adapter))
        {
            for (var expert = 0; expert < tensor.Experts.Count; expert++)
            {
                var rows = file[string.Create(
                    CultureInfo.InvariantCulture, $"transformer.h.{tensor.Layer}.attn.c_attn.experts_lora_{tensor.Name}.{expert}")].chunk(
                    2, 0)[tensor.Site == Site.Query ? 0 : 1];
                TensorFile.AssertClose(rows, tensor.Experts[expert], 0);
            }
        }

        HuggingFacePeft.Save(model, "a", _folder["out"]);
        var merged = TensorFile.Read(
            Path.Combine(_folder["out"], "adapter_model.safetensors"))["base_model.model.transformer.h.0.attn.c_attn.lora_A.weight"];
        TensorFile.AssertClose(stack(
            [.. Enumerable.Range(0, 4).Select(expert => file[$"transformer.h.0.attn.c_attn.experts_lora_A.{expert}"])]).mean([0]), merged,
            1e-6);
    }

    [Fact]
    public void A_mixture_of_GPT2_adapters_has_the_released_function()
    {
        var source = SharedData.Require("golden", "adamix_gpt2_adapter_shared_up");
        using var model = new PeftModel(new CausalLanguageModel(DecoderConfigReader.Read(source), blank: true));
        var adapter = AdaMixFormat.Load(model, "a", Path.Combine(source, "model.safetensors"), Known.Registry, s_none);
        Assert.All(AdapterPlaces.List(adapter), place => Assert.Equal(
            (Site.BeforeFeedForwardDropout, Activation.GeluNew, 8), (place.Site, place.Options["activation"], place.Options["size"])));
    }

    /// <summary>Query's rows come first, also when the modules are attached in another order.</summary>
    [Theory]
    [InlineData("bert", "lora", "lora.alpha=4")]
    [InlineData("gpt2", "lora", "lora.alpha=4")]
    [InlineData("gpt2", "lora", "lora.alpha=4,lora.sites=Query+Key+Value")]
    [InlineData("gpt2", "adamix(lora)", "lora.alpha=4")]
    public void A_LoRA_written_for_loralib_is_read_again_to_the_bit(string backbone, string expression, string settings)
    {
        using var model = Tiny.Model(backbone);
        var written = Random(model, "mine", expression, settings);
        LoralibFormat.Save(model, "mine", _folder["out"]);
        var read = LoralibFormat.Load(model, "theirs", _folder["out"], Known.Registry, Settings("lora.alpha=4"));
        Assert.Equal("lora", read.Spec.Expression);
        Assert.Equal(
            AdapterTensor.All(written).Select(tensor => (tensor.Module, tensor.Name)),
            AdapterTensor.All(read).Select(tensor => (tensor.Module, tensor.Name)));
        foreach (var (before, after) in AdapterTensor.All(written).Zip(AdapterTensor.All(read)))
            TensorFile.AssertClose(before.Merged(), after.Merged(), 0);
    }

    [Theory]
    [InlineData("bert", "adamix(houlsby)", "houlsby.sites=BeforeFeedForwardDropout,adamix.experts=3")]
    [InlineData("roberta", "adamix(houlsby)", "houlsby.sites=BeforeFeedForwardDropout,adamix.share=none")]
    [InlineData("gpt2", "adamix(houlsby)", "houlsby.sites=BeforeFeedForwardDropout")]
    [InlineData("gpt2", "adamix(lora)", "lora.alpha=4")]
    public void A_mixture_written_for_the_AdaMix_authors_code_is_read_again_with_every_expert(
        string backbone, string expression, string settings)
    {
        using var model = Tiny.Model(backbone);
        var written = Random(model, "mine", expression, settings);
        AdaMixFormat.Save(model, "mine", _folder["out"], WeightsFile.Safetensors);
        var read = AdaMixFormat.Load(model, "theirs", _folder["out"], Known.Registry, Settings("lora.alpha=4"));
        Assert.Equal(expression, read.Spec.Expression);
        Assert.Equal(written.Spec.Mixture!.Shared.Order(), read.Spec.Mixture!.Shared.Order());
        foreach (var (before, after) in AdapterTensor.All(written).Zip(AdapterTensor.All(read)))
        {
            Assert.Equal((before.Module, before.Name, before.Experts.Count), (after.Module, after.Name, after.Experts.Count));
            foreach (var (one, other) in before.Experts.Zip(after.Experts))
                TensorFile.AssertClose(one, other, 0);
        }
    }

    /// <summary>The keys are those that the released code wrote.</summary>
    [Theory]
    [InlineData("adamix_gpt2_lora_shared_b")]
    [InlineData("adamix_gpt2_adapter_shared_up")]
    public void A_released_mixture_is_written_with_its_own_keys_and_values(string name)
    {
        var source = SharedData.Require("golden", name);
        using var model = new PeftModel(new CausalLanguageModel(DecoderConfigReader.Read(source), blank: true));
        var theirs = Path.Combine(source, "model.safetensors");
        AdaMixFormat.Load(model, "a", theirs, Known.Registry, Settings("lora.alpha=32"));
        AdaMixFormat.Save(model, "a", _folder["out"], WeightsFile.Safetensors);
        var (before, after) = (TensorFile.Read(theirs), TensorFile.Read(Path.Combine(_folder["out"], "model.safetensors")));
        Assert.NotEmpty(after);
        Assert.All(after, pair => TensorFile.AssertClose(before[pair.Key].to_type(ScalarType.Float32), pair.Value, 0));
        Assert.Equal(before.Keys.Where(IsExpert).Order(), after.Keys.Where(IsExpert).Order());
        static bool IsExpert(string key) => Regex.IsMatch(key, @"ExpertSoup.*(weight|bias)$|experts_lora_[AB]\.\d+$")
            && !key.EndsWith("expert_score_weight", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gpt2", "lora", "lora.sites=Query", true)]
    [InlineData("bert", "lora", "lora.dora=true", true)]
    [InlineData("bert", "lora", "lora.rankStabilized=true", true)]
    [InlineData("bert", "lora", "lora.rank@value=2", true)]
    [InlineData("bert", "houlsby", "", true)]
    [InlineData("bert", "lora+houlsby", "", true)]
    [InlineData("bert", "adamix(lora)", "", false)]
    [InlineData("bert", "adamix(houlsby)", "", false)]
    [InlineData("bert", "adamix(houlsby)", "houlsby.sites=BeforeFeedForwardDropout,adamix.routing=switch", false)]
    [InlineData("bert", "adamix(houlsby)", "houlsby.sites=BeforeFeedForwardDropout,houlsby.biases=false", false)]
    [InlineData("bert", "adamix(pfeiffer)", "", false)]
    [InlineData("gpt2", "adamix(lora)", "lora.sites=Query+Key+Value", false)]
    public void What_a_state_dict_cannot_express_is_refused_and_nothing_is_written(
        string backbone, string expression, string settings, bool isLoralib)
    {
        using var model = Tiny.Model(backbone);
        model.Adapters.Add("mine", MethodExpression.Parse(Known.Registry, expression, Settings(settings)), seed: 1);
        Assert.Throws<AdapterExportException>(() =>
        {
            if (isLoralib)
                LoralibFormat.Save(model, "mine", _folder["out"]);
            else
                AdaMixFormat.Save(model, "mine", _folder["out"]);
        });
        Assert.False(Directory.Exists(_folder["out"]));
    }

    private static Adapter Random(PeftModel model, string name, string expression, string settings)
    {
        var adapter = model.Adapters.Add(name, MethodExpression.Parse(Known.Registry, expression, Settings(settings)), seed: 1);
        using var frozen = no_grad();
        foreach (var (_, parameter) in adapter.NamedParameters)
            parameter.copy_(randn(parameter.shape));
        return adapter;
    }

    private static Dictionary<string, string> Settings(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries)
        .Select(setting => setting.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);

    [Fact]
    public void Files_of_something_else_and_experts_that_are_missing_are_refused()
    {
        using var model = Tiny.Model("bert");
        TensorFile.Write(_folder["plain.safetensors"], new() { ["classifier.weight"] = zeros(3, 16) });
        Assert.Throws<ForeignTensorsException>(() => AdaMixFormat.Load(model, "a", _folder["plain.safetensors"], Known.Registry, s_none));
        Assert.Throws<ForeignTensorsException>(
            () => LoralibFormat.Load(
            model, "a", _folder["plain.safetensors"], Known.Registry, new Dictionary<string, string> { ["lora.alpha"] = "1" }));
        const string place = "bert.encoder.layer.0.output.ExpertSoup.MoA_";
        TensorFile.Write(_folder["half.safetensors"], new() {
            [place + "A.deepspeed_experts.1.weight"] = zeros(4, 16), [place + "Q"] = zeros(1) });
        var problem = Assert.Throws<ForeignTensorsException>(
            () => AdaMixFormat.Load(model, "a", _folder["half.safetensors"], Known.Registry, s_none));
        Assert.Contains(place + "A.deepspeed_experts.0.weight", problem.Missing);
        Assert.Contains(place + "Q", problem.Unexpected);
        Assert.Empty(model.Adapters.Names);

        const string up = place + "B.deepspeed_experts.0.weight";
        TensorFile.Write(_folder["up.safetensors"], new() { [up] = zeros(16, 4) });
        Assert.Contains("MoA_A.deepspeed_experts.*.weight", Assert.Throws<ForeignTensorsException>(
            () => AdaMixFormat.Load(model, "a", _folder["up.safetensors"], Known.Registry, s_none)).Message);
        TensorFile.Write(_folder["twice.safetensors"], new() { [up] = zeros(16, 4), ["module." + up] = zeros(16, 4) });
        Assert.Contains("module." + up, Assert.Throws<ForeignTensorsException>(
            () => AdaMixFormat.Load(model, "a", _folder["twice.safetensors"], Known.Registry, s_none)).Message);
        TensorFile.Write(_folder["number.safetensors"], new() { [place + "A.deepspeed_experts.99999999999.weight"] = zeros(4, 16) });
        Assert.Throws<ForeignTensorsException>(
            () => AdaMixFormat.Load(model, "a", _folder["number.safetensors"], Known.Registry, s_none));
    }
}
