using System.Runtime.InteropServices;
using System.Text.Json;
using Peft.Models;
using Peft.Data;
using static TorchSharp.torch;

namespace Peft.Cli.Tests;

/// <summary>A small random RoBERTa with the published vocabulary, from texts to predictions.</summary>
public sealed class RobertaTests : IDisposable
{
    private const string Sizes = """
        "hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 16, "max_position_embeddings": 40, "type_vocab_size": 1
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("peft-roberta-").FullName;

    private string Run => Path.Combine(_folder, "run");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("sst2", "sentence\tlabel\n", "A fine film, isn't it?\t1\nUne œuvre <mask> 😀\t0\n\"dull  and long\t0\nwarm\t1\n")]
    [InlineData("rte", "index\tsentence1\tsentence2\tlabel\n", "0\tIt rains.\tIt's wet\tentailment\n1\tIt rains.\tIt "
        + "snows\tnot_entailment\n")]
    public void It_trains_on_texts_and_what_was_trained_evaluates_to_the_same(string task, string header, string rows)
    {
        var backbone = Backbone(rows: 50265, padId: 1);
        var data = Path.Combine(_folder, "data");
        Directory.CreateDirectory(data);
        File.WriteAllText(Path.Combine(data, "train.tsv"), header + rows);
        File.WriteAllText(Path.Combine(data, "dev.tsv"), header + rows);

        var trained = Cli.Run(
            "train", "--backbone", backbone, "--task", task, "--data", data, "--method", "adamix(lora)", "--epochs", "2", "--batch-size",
            "2",
            "--max-length", "24", "--output", Run, "--json");
        Assert.True(trained.ExitCode == 0, trained.Error);
        var evaluated = Cli.Run("eval", Run, "--data", data, "--json");
        Assert.True(evaluated.ExitCode == 0, evaluated.Error);
        Assert.Equal(Accuracy(trained), Accuracy(evaluated));
        string[] second = task == "rte" ? ["--pair", "It is"] : [];
        var predicted = Cli.Run(["predict", Run, "--text", "A fine film, isn't it?", .. second]);
        Assert.True(predicted.ExitCode == 0, predicted.Error);
        Assert.Contains("RoBERTa: 2 layers x 8", Cli.Run("inspect", backbone).Output);
        Assert.Equal(0, Cli.Run("inspect", Path.Combine(Run, "adapter")).ExitCode);
    }

    [Fact]
    public void A_vocabulary_larger_than_the_embedding_is_refused() => AssertFails("50265 tokens", Backbone(rows: 50264, padId: 1));

    [Fact]
    public void Another_padding_token_than_positions_count_by_is_refused() =>
        AssertFails("pad_token_id 0", Backbone(rows: 50265, padId: 0));

    [Fact]
    public void A_missing_half_of_the_vocabulary_is_named()
    {
        var backbone = Backbone(rows: 50265, padId: 1);
        File.Delete(Path.Combine(backbone, "merges.txt"));
        AssertFails("merges.txt", backbone);
    }

    private static void AssertFails(string said, string backbone)
    {
        var result = Cli.Run("train", "--backbone", backbone, "--epochs", "1", "--max-length", "16");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(said, result.Error);
    }

    private static double Accuracy(Cli result)
    {
        using var json = JsonDocument.Parse(result.Output);
        return json.RootElement.GetProperty("metrics").GetProperty("accuracy").GetDouble();
    }

    private string Backbone(int rows, int padId)
    {
        var vocabulary = SharedData.Require("data", "vocab", "roberta-base");
        var folder = Path.Combine(_folder, "backbone");
        Directory.CreateDirectory(folder);
        foreach (var name in (string[])["vocab.json", "merges.txt", "tokenizer_config.json"])
            File.WriteAllBytes(Path.Combine(folder, name), File.ReadAllBytes(Path.Combine(vocabulary, name)));
        File.WriteAllText(
            Path.Combine(folder, "config.json"), $$"""{"model_type": "roberta", "vocab_size": {{rows}}, "pad_token_id": {{padId}}, {{Sizes}}}""");
        manual_seed(3);
        using var model = new SequenceClassifier(EncoderConfigReader.Read(folder));
        SafetensorsWriter.Write(
            Path.Combine(folder, "model.safetensors"),
            model.state_dict().Select(pair => new TensorSource(
                pair.Key, DType.F32, pair.Value.shape, MemoryMarshal.AsBytes(pair.Value.data<float>().ToArray().AsSpan()).ToArray())));
        return folder;
    }
}
