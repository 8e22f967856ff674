using System.Text.Json;
using Peft.Models;
using Peft.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Interop;

/// <summary>Backbones as plain Hugging Face checkpoints: what is read and written again is the same, key by key and bit by bit.</summary>
public sealed class CheckpointWriterTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("bert_cls")]
    [InlineData("roberta_cls")]
    [InlineData("bert_mlm")]
    [InlineData("roberta_mlm")]
    [InlineData("gpt2_lm")]
    public void A_reference_checkpoint_is_written_as_it_was_read(string name)
    {
        var source = SharedData.Require("golden", name);
        var model = Load(source, name);
        CheckpointWriter.Write(model, source, _folder["out"]);
        using var before = CheckpointFolder.Open(source);
        using var after = SafetensorsFile.Open(Path.Combine(_folder["out"], CheckpointWriter.WeightsName));
        foreach (var (key, info) in after.Tensors)
        {
            Assert.Equal(before.Tensors[key].Shape, info.Shape);
            Assert.Equal(before.ToArray(key), after.ToArray(key));
        }

        // What is left out is tied to the word embedding, or a buffer.
        Assert.All(before.Tensors.Keys.Except(after.Tensors.Keys), key => Assert.Matches(
            @"(decoder\.(weight|bias)|lm_head\.weight|position_ids|attn\.(masked_)?bias)$", key));
        Assert.Equal("pt", after.Metadata["format"]);
        Assert.Empty(Differences(model, Load(_folder["out"], name)));
    }

    [Theory]
    [InlineData("tiny-bert-en", "BertForMaskedLM", "vocab.txt")]
    [InlineData("tiny-gpt2-en", "GPT2LMHeadModel", "merges.txt")]
    public void A_half_precision_checkpoint_keeps_every_value_and_its_vocabulary_goes_along(
        string name, string architecture, string vocabulary)
    {
        var source = Repository.Asset(name);
        nn.Module Read(string folder) =>
            name.Contains("gpt2", StringComparison.Ordinal) ? Pretrained.LanguageModel(folder) : Pretrained.MaskedWords(folder);
        var model = Read(source);
        foreach (var dtype in (DType[])[DType.F32, DType.F16])
        {
            var folder = _folder[dtype.ToString()];
            CheckpointWriter.Write(model, source, folder, dtype);
            Assert.Empty(Differences(model, Read(folder)));
            using var config = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "config.json")));
            Assert.Equal(architecture, config.RootElement.GetProperty("architectures")[0].GetString());
            Assert.Equal(dtype == DType.F32 ? "float32" : "float16", config.RootElement.GetProperty("torch_dtype").GetString());
            Assert.Equal(File.ReadAllBytes(Path.Combine(source, vocabulary)), File.ReadAllBytes(Path.Combine(folder, vocabulary)));
        }
    }

    [Fact]
    public void A_new_head_changes_the_labels_of_the_configuration()
    {
        using var model = Pretrained.Classifier(Repository.Asset("tiny-bert-en"), labels: 4);
        CheckpointWriter.Write(model, Repository.Asset("tiny-bert-en"), _folder["out"]);
        using var read = Pretrained.Classifier(_folder["out"]);
        Assert.Equal(4, read.Encoder.Config.Labels);
        Assert.Empty(Differences(model, read));
        using var config = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_folder["out"], "config.json")));
        Assert.Equal(4, config.RootElement.GetProperty("id2label").EnumerateObject().Count());
    }

    [Fact]
    public void Nothing_is_written_where_files_are_or_where_a_weight_does_not_fit()
    {
        var source = Repository.Asset("tiny-bert-en");
        using var model = Pretrained.Classifier(source, labels: 2);
        Directory.CreateDirectory(_folder["taken"]);
        File.WriteAllText(Path.Combine(_folder["taken"], "mine.txt"), "mine");
        Assert.Throws<FolderNotEmptyException>(() => CheckpointWriter.Write(model, source, _folder["taken"]));
        using (no_grad())
            model.named_parameters().First(pair => pair.Item1 == "classifier.bias").Item2.fill_(1e6);
        var problem = Assert.Throws<CheckpointExportException>(() => CheckpointWriter.Write(model, source, _folder["half"], DType.F16));
        Assert.Contains("classifier.bias", problem.Message, StringComparison.Ordinal);
        Assert.Throws<CheckpointExportException>(() => CheckpointWriter.Write(model, source, _folder["bytes"], DType.U8));
        Assert.Throws<CheckpointExportException>(() => CheckpointWriter.Write(nn.Linear(2, 2), source, _folder["linear"]));
        Assert.Equal([_folder["taken"]], Directory.GetFileSystemEntries(_folder.Path));
    }

    private static nn.Module Load(string folder, string name) => name switch
    {
        "gpt2_lm" => Pretrained.LanguageModel(folder),
        "bert_mlm" or "roberta_mlm" => Pretrained.MaskedWords(folder),
        _ => Pretrained.Classifier(folder),
    };

    /// <summary>Names of parameters that are not the same to the bit.</summary>
    private static IEnumerable<string> Differences(nn.Module one, nn.Module other)
    {
        var others = other.named_parameters().ToDictionary(pair => pair.Item1, pair => pair.Item2);
        Assert.Equal(one.named_parameters().Count(), others.Count);
        return [.. one.named_parameters().Where(pair => !pair.Item2.eq(others[pair.Item1]).all().ToBoolean()).Select(pair => pair.Item1)];
    }
}
