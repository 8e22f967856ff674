using Peft.Models.HuggingFace;
using Peft.Models;
using static TorchSharp.torch;

namespace Peft.Tests.Interop.HuggingFace;

/// <summary>Adapters that others published: loaded strictly, written again, the same tensors.</summary>
public sealed class RealAdapterTests
{
    [Fact]
    public void Roberta_with_its_head()
    {
        using var model = Base.Roberta();
        var adapter = RoundTrip(model, "roberta-base-lora-r8-mrpc-peft");
        Assert.Equal("lora", adapter.Spec.Expression);
        Assert.Equal(24, AdapterPlaces.List(adapter).Count);
        Assert.All(AdapterPlaces.List(adapter), place => Assert.Equal((8, 16.0), (place.Options["rank"], place.Options["alpha"])));
    }

    /// <summary>Its head is two modules, and its maps have names of their own.</summary>
    [Fact]
    public void DistilBert_with_its_head_out_of_an_old_file()
    {
        using var model = Base.DistilBert();
        var adapter = RoundTrip(model, "distilbert-base-uncased-lora-r16-peft-bin");
        Assert.Equal(18, AdapterPlaces.List(adapter).Count);
        Assert.All(AdapterPlaces.List(adapter), place => Assert.Equal((16, 32.0), (place.Options["rank"], place.Options["alpha"])));
    }

    /// <summary>One A for query, key and value, and a B cut in three.</summary>
    [Fact]
    public void Gpt2_with_a_fused_projection_out_of_an_old_file()
    {
        using var model = Base.Gpt2(labels: 3);
        var adapter = RoundTrip(model, "gpt2-lora-r8-peft-bin");
        Assert.Equal(48, AdapterPlaces.List(adapter).Count(place => place.Module.Contains(".attn.", StringComparison.Ordinal)));
        Assert.DoesNotContain(AdapterPlaces.List(adapter), place => place.Module.Contains(".mlp.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("distilbert-base-uncased-lora-r16-peft-bin", "distilbert.transformer")]
    [InlineData("gpt2-lora-r8-peft-bin", "transformer.h.0")]
    public void An_adapter_of_another_architecture_is_refused(string name, string named)
    {
        using var model = Base.Roberta();
        var problem = Assert.Throws<ForeignTensorsException>(
            () => HuggingFacePeft.Load(model, "theirs", SharedData.Require("data", "adapters", name), Known.Registry));
        Assert.Contains(named, problem.Message, StringComparison.Ordinal);
        Assert.Empty(model.Adapters.Names);
    }

    private static Adapter RoundTrip(PeftModel model, string name)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var source = SharedData.Require("data", "adapters", name);
        var adapter = HuggingFacePeft.Load(model, "theirs", source, Known.Registry);
        HuggingFacePeft.Save(model, "theirs", folder["out"], "base");
        var stored = Directory.GetFiles(source, "adapter_model.*").Single();
        TensorFile.AssertSame(stored, Path.Combine(folder["out"], "adapter_model.safetensors"));

        // The same adapter again, out of what was written.
        HuggingFacePeft.Load(model, "again", folder["out"], Known.Registry);
        HuggingFacePeft.Save(model, "again", folder["more"], "base");
        TensorFile.AssertSame(stored, Path.Combine(folder["more"], "adapter_model.safetensors"));
        Assert.Equal(File.ReadAllText(Path.Combine(folder["out"], "adapter_config.json")), File.ReadAllText(
            Path.Combine(folder["more"], "adapter_config.json")));
        return adapter;
    }
}
