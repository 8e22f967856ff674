using Peft.Models.HuggingFace;
using TorchSharp;
using Peft.Models;
using static TorchSharp.torch;

namespace Peft.Tests.Interop.HuggingFace;

/// <summary>Adapters of ours as PEFT's files: PEFT's formulas on them give our outputs, and read again they are the same.</summary>
public sealed class RoundTripTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    public static TheoryData<string, string, string> Folded => new(
        from backbone in (string[])["bert", "roberta", "distilbert", "electra", "gpt2", "gpt2-cls"]
        from method in (string[])
        [
            "lora", "lora|lora.targets=all-linear",
            "lora|lora.targets=all-linear lora.rank@query=2 lora.alpha@value=5 lora.rank@re:.*1.*=5", "lora|lora.rankStabilized=true",
            "lora|lora.dora=true", "lora|lora.sites=query", "lora|lora.layers=1", "lora|lora.alpha@value=3",
                "lora|lora.rankStabilized=true lora.alpha@value=3 lora.rank@query=2",
            "adamix(lora)|adamix.experts=3", "adamix(lora)|adamix.share=none", "lora+bitfit-linear|bitfit-linear.sites=query+value",
                "lora+bitfit", "ia3", "ia3|ia3.sites=query+feedForwardDown", "ln-tuning",
        ]
        select (backbone, method.Split('|')[0], method.Contains('|', StringComparison.Ordinal) ? method.Split('|')[1] : ""));

    [Theory, MemberData(nameof(Folded))]
    public void PEFTs_formulas_on_the_file_give_our_outputs(string backbone, string method, string settings)
    {
        if (method == "lora+bitfit-linear" && backbone.StartsWith("gpt2", StringComparison.Ordinal))
            settings = "bitfit-linear.sites=query+key+value"; // one bias for the fused module
        if (backbone == "distilbert") // its names of these modules
            settings = settings.Replace("@query", "@q_lin", StringComparison.Ordinal)
                .Replace("@value", "@v_lin", StringComparison.Ordinal);
        using var model = Tiny.Model(backbone);
        using var plain = Tiny.Model(backbone);
        Known.Add(model, "ours", method, ["lora.rank=4", .. settings.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        model.Adapters.Activate("ours");
        var ours = Tiny.Logits(model);
        Assert.True((ours - Tiny.Logits(plain)).abs().max().item<float>() > 1e-2, "the adapter changes the outputs");
        HuggingFacePeft.Save(model, "ours", _folder["out"]);
        using var merged = PeftReference.Merged(plain, backbone, _folder["out"], _folder);
        TensorFile.AssertClose(ours, Tiny.Logits(merged), 2e-4);

        using var other = Tiny.Model(backbone);
        HuggingFacePeft.Load(other, "theirs", _folder["out"], Known.Registry);
        other.Adapters.Activate("theirs");
        TensorFile.AssertClose(ours, Tiny.Logits(other), 2e-4);
        HuggingFacePeft.Save(other, "theirs", _folder["again"]);
        var (first, second) = (
            TensorFile.Read(Path.Combine(_folder["out"], "adapter_model.safetensors")),
            TensorFile.Read(Path.Combine(_folder["again"], "adapter_model.safetensors")));
        Assert.Equal(first.Keys.Order(), second.Keys.Order());
        Assert.All(first, pair => TensorFile.AssertClose(pair.Value, second[pair.Key], 1e-6)); // biases and norms are differences here
        Assert.Equal(File.ReadAllText(Path.Combine(_folder["out"], "adapter_config.json")), File.ReadAllText(
            Path.Combine(_folder["again"], "adapter_config.json")));
    }

    [Theory]
    [InlineData("bert", "prefix", "prefix.length=3 prefix.middle=0")]
    [InlineData("roberta", "prefix", "prefix.length=3 prefix.middle=0")]
    [InlineData("gpt2", "prefix", "prefix.length=3 prefix.middle=0 prefix.shiftPositions=true")]
    [InlineData("gpt2-cls", "prompt", "prompt.length=3")]
    [InlineData("bert", "prompt", "prompt.length=3")]
    public void Virtual_tokens_are_the_same_again(string backbone, string method, string settings)
    {
        using var model = Tiny.Model(backbone);
        Known.Add(model, "ours", method, settings.Split(' '));
        model.Adapters.Activate("ours");
        HuggingFacePeft.Save(model, "ours", _folder["out"]);
        using var other = Tiny.Model(backbone);
        HuggingFacePeft.Load(other, "theirs", _folder["out"], Known.Registry);
        other.Adapters.Activate("theirs");
        TensorFile.AssertClose(Tiny.Logits(model), Tiny.Logits(other), 0);
    }

    /// <summary>
    /// PEFT reads [tokens, layers x 2 x hidden] as [tokens, 2 x layers, heads, width] and gives slices 2i and 2i + 1 to layer i as keys
    /// and values.
    /// </summary>
    [Fact]
    public void A_prefix_lies_as_PEFT_reads_it()
    {
        using var model = Tiny.Model("bert");
        var adapter = Known.Add(model, "ours", "prefix", "prefix.length=3", "prefix.middle=0");
        HuggingFacePeft.Save(model, "ours", _folder["out"]);
        // [2 L, heads, tokens, width]
        var stored = TensorFile.Read(Path.Combine(_folder["out"], "adapter_model.safetensors"))["prompt_embeddings"].view(
            3, 4, 4, 4).permute(1, 2, 0, 3);
        foreach (var (tensor, layer) in AdapterTensor.All(adapter).Select((tensor, layer) => (tensor, layer)))
        {
            var own = tensor.Merged().view(3, 2, 4, 4).permute(1, 2, 0, 3); // [keys and values, heads, tokens, width]
            TensorFile.AssertClose(own[0], stored[2 * layer], 0);
            TensorFile.AssertClose(own[1], stored[(2 * layer) + 1], 0);
        }
    }

    [Theory]
    [InlineData("houlsby", "", "has no type for houlsby")]
    [InlineData("bitfit", "", "has no type")]
    [InlineData("lora", "lora.gated=true", "lora.gated")]
    [InlineData("lora", "lora.dropout@query=0.5", "lora.dropout")]
    [InlineData("lora+bitfit-linear", "bitfit-linear.sites=key", "biases of")]
    [InlineData("prefix", "prefix.middle=8", "prefix.middle")]
    [InlineData("prefix", "prefix.middle=0 prefix.shiftPositions=true", "shiftPositions")]
    [InlineData("prefix", "prefix.middle=0 prefix.layers=0", "1 of 2 layers")]
    [InlineData("prompt", "prompt.shiftPositions=false", "shiftPositions")]
    public void What_PEFT_cannot_express_is_refused_by_name_and_nothing_is_written(string method, string settings, string named)
    {
        using var model = Tiny.Model("bert");
        Known.Add(model, "ours", method, settings.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        var problem = Assert.Throws<AdapterExportException>(() => HuggingFacePeft.Save(model, "ours", _folder["out"]));
        Assert.Contains(named, problem.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["out"]));
    }
}
