using Peft.Models;
using Peft.Data;
using Peft.Models.HuggingFace;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Interop.HuggingFace;

/// <summary>PEFT's own regression fixtures: adapters, base weights, inputs and the outputs that PEFT computed.</summary>
public sealed class RegressionTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("lora_mlp", false)]
    [InlineData("lora_mlp", true)]
    [InlineData("lora_mlp_modules_to_save", false)]
    [InlineData("lora_mlp_modules_to_save", true)]
    [InlineData("ia3_mlp", false)]
    [InlineData("ia3_mlp", true)]
    [InlineData("ia3_no_ff_mlp", false)]
    [InlineData("ia3_no_ff_mlp", true)]
    public void Outputs_are_those_that_PEFT_computed(string name, bool legacy)
    {
        var source = SharedData.Require("data", "peft-regression", name);
        using var model = Model(source, name);
        HuggingFacePeft.Load(model, "theirs", legacy ? Legacy(source) : source, Known.Registry);
        model.Adapters.Activate("theirs");
        var expected = TensorFile.Read(Path.Combine(source, "expected.safetensors"));
        Tensor Output() => model.Run(() => ((nn.Module<Tensor, Tensor>)model.Backbone).call(expected["input"]));
        TensorFile.AssertClose(expected["output"], Output(), 1e-5);
        model.Merge();
        TensorFile.AssertClose(expected["output"], Output(), 1e-5);
        model.Unmerge();
        using (model.Disabled())
            Assert.True((expected["output"] - Output()).abs().max().item<float>() > 1e-2, "the adapter changes the outputs");

        HuggingFacePeft.Save(model, "theirs", _folder["out"]);
        TensorFile.AssertSame(Path.Combine(source, "adapter_model.safetensors"), Path.Combine(_folder["out"], "adapter_model.safetensors"));
    }

    [Theory]
    [InlineData("adalora_mlp", "ADALORA")]
    [InlineData("lora_conv2d", "conv2d.lora_A.weight")]
    [InlineData("ia3_conv2d", "conv2d.ia3_l")]
    [InlineData("lora_emb_conv1d", "emb.lora_embedding_A")]
    public void What_is_not_offered_is_refused_by_name(string name, string named)
    {
        using var model = Model(SharedData.Require("data", "peft-regression", "lora_mlp"), "lora_mlp");
        var problem = Assert.ThrowsAny<Exception>(
            () => HuggingFacePeft.Load(model, "theirs", SharedData.Require("data", "peft-regression", name), Known.Registry));
        Assert.True(problem is ForeignConfigException or ForeignTensorsException, problem.ToString());
        Assert.Contains(named, problem.Message, StringComparison.Ordinal);
        Assert.Empty(model.Adapters.Names);
    }

    private static PeftModel Model(string folder, string name)
    {
        nn.Module mlp = name == "ia3_mlp" ? new FeedForwardMlp() : new Mlp();
        mlp.eval();
        using var weights = SafetensorsFile.Open(Path.Combine(folder, "base_model.safetensors"));
        CheckpointLoader.Load(mlp, weights, LoadRules.Strict);
        return new PeftModel(mlp, name == "lora_mlp_modules_to_save" ? "lin1" : null);
    }

    /// <summary>The folder as older versions wrote it, with a pickle.</summary>
    private string Legacy(string source)
    {
        var folder = Directory.CreateDirectory(_folder["legacy"]).FullName;
        foreach (var file in (string[])["adapter_config.json", "adapter_model.bin"])
            File.Copy(Path.Combine(source, file), Path.Combine(folder, file));
        return folder;
    }
}
