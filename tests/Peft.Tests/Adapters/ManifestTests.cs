using System.Text.Json.Nodes;
using Peft.Models;

namespace Peft.Tests.Adapters;

/// <summary>adapter.json: identity, head, versions, checksum; what a later version adds fails only where it matters.</summary>
public sealed class ManifestTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void It_says_what_the_adapter_was_trained_on_and_what_lies_beside_it()
    {
        using var bench = Saved();
        var manifest = AdapterFolder.ReadManifest(_folder);
        Assert.Equal(BackboneIdentity.Compute(bench.Model), manifest.BackboneIdentity);
        Assert.Equal([3, 16], manifest.Head!["classifier.weight"]);
        Assert.Equal([3], manifest.Head["classifier.bias"]);
        Assert.Equal(64, manifest.Checksum!.Length);
        Assert.Equal(["peft", "torch"], manifest.Versions.Keys.Order());
        Assert.Equal((AdapterManifest.CurrentFormat, AdapterManifest.CurrentFormat), (manifest.Format, manifest.ReadableFrom));
    }

    [Fact]
    public void Identity_is_of_configuration_and_layers_and_not_of_weights_head_or_dtype()
    {
        using var bench = new Bench();
        var identity = BackboneIdentity.Compute(bench.Model);
        using (var wide = new Bench(float64: true))
            Assert.Equal(identity, BackboneIdentity.Compute(wide.Model));
        var config = TinyEncoder.Config(EncoderFamily.Bert, dropout: 0.4);
        Assert.Equal(identity, Identity(config with { Labels = 7 }));
        Assert.NotEqual(identity, Identity(config with { HiddenActivation = "relu" }));
        Assert.NotEqual(identity, Identity(config with { Heads = 2 }));
        Assert.NotEqual(identity, Identity(config with { Layers = 3 }));
        Assert.NotEqual(identity, Identity(config with { IntermediateSize = 25 }));
    }

    [Fact]
    public void Another_backbone_is_refused_even_where_all_shapes_fit()
    {
        Saved().Dispose();
        using var other = new SequenceClassifier(TinyEncoder.Config(EncoderFamily.Bert) with { HiddenActivation = "relu" });
        using var model = new PeftModel(other, SequenceClassifier.HeadName);
        var problem = Assert.Throws<AdapterFolderException>(() => AdapterFolder.Load(model, _folder, Bench.Registry));
        Assert.Contains("trained on another backbone (tiny", problem.Message, StringComparison.Ordinal);
        Assert.Empty(model.Adapters.Names);
    }

    [Fact]
    public void A_file_of_tensors_that_changed_is_detected()
    {
        Saved().Dispose();
        var file = Path.Combine(_folder, AdapterFolder.TensorsName);
        var bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
        AssertRefused("checksum");
        Edit(manifest => manifest.Remove("checksum"));
        Load();
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"text": null}""")]
    [InlineData("null")]
    public void Nothing_where_a_pattern_must_be_is_refused(string pattern)
    {
        Saved().Dispose();
        Edit(manifest => manifest["parts"]![0]!["where"]!["targets"] = new JsonArray(JsonNode.Parse(pattern)));
        AssertRefused(AdapterFolder.ManifestName);
        Edit(manifest => manifest["parts"] = new JsonArray(null as JsonNode));
        AssertRefused("$.parts holds null");
    }

    [Theory]
    [InlineData("labels")]
    [InlineData("plugins")]
    public void Nothing_where_a_label_or_plugin_must_be_is_refused(string field)
    {
        Saved().Dispose();
        Edit(manifest => manifest[field] = new JsonArray(null as JsonNode));
        AssertRefused($"$.{field} holds null");
    }

    [Fact]
    public void Fields_of_a_later_version_matter_only_where_it_says_so()
    {
        Saved().Dispose();
        Edit(manifest =>
        {
            manifest["format"] = 9;
            manifest["versions"]!["peft"] = "7.1";
            manifest["colour"] = "blue";
        });
        Load();
        Edit(manifest => manifest["readableFrom"] = 8);
        AssertRefused("format 9, written by Peft 7.1", "readers of format 8", "colour");
        Edit(manifest => manifest["readableFrom"] = 3);
        Edit(manifest => manifest["parts"]![0]!["options"]!["sparkle"] = "1");
        AssertRefused("Peft 7.1", "sparkle");
    }

    [Fact]
    public void Formats_before_the_oldest_are_refused_by_number()
    {
        Saved().Dispose();
        Edit(manifest => manifest["format"] = 1);
        AssertRefused("format 1", "formats from 2");
    }

    private Bench Saved()
    {
        var bench = new Bench();
        bench.Add("a", "lora", head: true);
        AdapterFolder.Save(bench.Model, _folder, backbone: "tiny", name: "a");
        return bench;
    }

    private void Load()
    {
        using var bench = new Bench();
        AdapterFolder.LoadAs(bench.Model, "x", _folder, Bench.Registry);
    }

    private void AssertRefused(params string[] named)
    {
        using var bench = new Bench();
        var problem = Assert.Throws<AdapterFolderException>(() => AdapterFolder.LoadAs(bench.Model, "x", _folder, Bench.Registry));
        Assert.All(named, text => Assert.Contains(text, problem.Message, StringComparison.Ordinal));
        Assert.Empty(bench.Adapters.Names);
    }

    private void Edit(Action<JsonObject> change)
    {
        var file = Path.Combine(_folder, AdapterFolder.ManifestName);
        var manifest = (JsonObject)JsonNode.Parse(File.ReadAllText(file))!;
        change(manifest);
        File.WriteAllText(file, manifest.ToJsonString());
    }

    private static string Identity(EncoderConfig config)
    {
        using var model = new PeftModel(new SequenceClassifier(config), SequenceClassifier.HeadName);
        return BackboneIdentity.Compute(model);
    }
}
