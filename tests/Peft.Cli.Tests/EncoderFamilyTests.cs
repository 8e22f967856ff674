using System.Runtime.InteropServices;
using System.Text.Json;
using Peft.Data;
using Peft.Models;
using static TorchSharp.torch;

namespace Peft.Cli.Tests;

/// <summary>Small random DistilBERT, ELECTRA and XLM-RoBERTa checkpoints, from texts to a merged checkpoint.</summary>
public sealed class EncoderFamilyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-families-").FullName;

    private string Run => Path.Combine(_folder, "run");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string, string> Families => new()
    {
        {
            "distilbert",
            """
            {"model_type":"distilbert","vocab_size":8192,"dim":8,"n_layers":2,"n_heads":2,"hidden_dim":16,
             "max_position_embeddings":40}
            """
        },
        {
            "electra",
            """
            {"model_type":"electra","vocab_size":8192,"embedding_size":4,"hidden_size":8,"num_hidden_layers":2,"num_attention_heads":2,
             "intermediate_size":16,"max_position_embeddings":40}
            """
        },
        {
            "xlm-roberta",
            """
            {"model_type":"xlm-roberta","vocab_size":1202,"hidden_size":8,"num_hidden_layers":2,"num_attention_heads":2,
             "intermediate_size":16,"max_position_embeddings":40,"type_vocab_size":1,"pad_token_id":1}
            """
        },
    };

    [Theory, MemberData(nameof(Families))]
    public void It_trains_evaluates_merges_and_embeds(string family, string config)
    {
        var backbone = Backbone(family, config);
        Assert.Contains("2 layers x 8", Cli.Run("inspect", backbone).Output);
        Assert.Equal(0, Cli.Run("plan", "--backbone", backbone, "--method", "unipelt").ExitCode);
        foreach (var method in (string[])["adamix(houlsby)", "bitfit", "prefix", "unipelt", "lora"])
        {
            if (Directory.Exists(Run))
                Directory.Delete(Run, recursive: true);
            Train(backbone, method);
        }

        var merged = Path.Combine(_folder, "merged");
        var done = Cli.Run("merge", Run, "--into", merged);
        Assert.True(done.ExitCode == 0, done.Error);
        using var scope = NewDisposeScope();
        using var model = Pretrained.Classifier(merged);
        model.eval();
        var ids = TokenizerFiles.Load(merged).Encode("a fine film").Ids.Select(id => (long)id).ToArray();
        var found = model.call(new EncoderInputs(tensor(ids).unsqueeze(0))).softmax(-1).max().item<float>();
        var predicted = Cli.Run("predict", Run, "--text", "a fine film", "--json");
        Assert.True(predicted.ExitCode == 0, predicted.Error);
        using var row = JsonDocument.Parse(predicted.Output);
        Assert.Equal(row.RootElement.GetProperty("probability").GetDouble(), found, 1e-4);

        var embedded = Cli.Run("embed", "--backbone", merged, "--text", "a fine film", "--json");
        Assert.True(embedded.ExitCode == 0, embedded.Error);
        using var vector = JsonDocument.Parse(embedded.Output);
        Assert.Equal(8, vector.RootElement.GetProperty("embedding").GetArrayLength());
    }

    [Theory, MemberData(nameof(Families))]
    public void A_missing_vocabulary_and_a_missing_size_are_named_in_one_line(string family, string config)
    {
        var backbone = Backbone(family, config);
        foreach (var name in (string[])["vocab.txt", "sentencepiece.bpe.model"])
            File.Delete(Path.Combine(backbone, name));
        AssertFails(backbone, "no vocabulary is there");
        File.WriteAllText(Path.Combine(backbone, "config.json"), $$"""{"model_type":"{{family}}","vocab_size":8192}""");
        AssertFails(backbone, family == "distilbert" ? "field dim: is missing" : "field hidden_size: is missing");
    }

    [Fact]
    public void A_vocabulary_of_sentencepiece_that_is_cut_off_is_named_in_one_line()
    {
        var backbone = Backbone("xlm-roberta", Families.Last().Data.Item2);
        var path = Path.Combine(backbone, "sentencepiece.bpe.model");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..200_000]);
        AssertFails(backbone, "is cut off");
    }

    [Fact]
    public void Another_padding_token_than_positions_count_by_is_refused()
    {
        var config = Families.Last().Data.Item2.Replace("\"pad_token_id\":1", "\"pad_token_id\":0", StringComparison.Ordinal);
        AssertFails(Backbone("xlm-roberta", config), "pad_token_id 0");
    }

    private void Train(string backbone, string method)
    {
        var data = Path.Combine(_folder, "data");
        Directory.CreateDirectory(data);
        foreach (var name in (string[])["train.tsv", "dev.tsv"])
            File.WriteAllText(Path.Combine(data, name), "sentence\tlabel\nA fine film\t1\nUne œuvre 😀\t0\ndull  and long\t0\nwarm\t1\n");
        var trained = Cli.Run(
            "train", "--backbone", backbone, "--task", "sst2", "--data", data, "--method", method, "--epochs", "1", "--batch-size", "2",
            "--max-length", "24", "--output", Run, "--json");
        Assert.True(trained.ExitCode == 0, method + ": " + trained.Error);
        var evaluated = Cli.Run("eval", Run, "--data", data, "--json");
        Assert.True(evaluated.ExitCode == 0, method + ": " + evaluated.Error);
        Assert.Equal(Accuracy(trained), Accuracy(evaluated));
    }

    private static void AssertFails(string backbone, string said)
    {
        var result = Cli.Run("train", "--backbone", backbone, "--epochs", "1", "--max-length", "16");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(said, result.Error);
        Assert.Single(result.Error.TrimEnd().Split('\n'), line => line.StartsWith("peft: ", StringComparison.Ordinal));
    }

    private static double Accuracy(Cli result)
    {
        using var json = JsonDocument.Parse(result.Output);
        return json.RootElement.GetProperty("metrics").GetProperty("accuracy").GetDouble();
    }

    private string Backbone(string family, string config)
    {
        var folder = Path.Combine(_folder, "backbone");
        Directory.CreateDirectory(folder);
        var vocabulary = family == "xlm-roberta"
            ? Path.Combine(AppContext.BaseDirectory, "sentencepiece.bpe.model")
            : Path.Combine(AppContext.BaseDirectory, "assets", "tiny-bert-en", "vocab.txt");
        File.Copy(vocabulary, Path.Combine(folder, Path.GetFileName(vocabulary)));
        File.WriteAllText(Path.Combine(folder, "config.json"), config);
        manual_seed(3);
        using var model = new SequenceClassifier(EncoderConfigReader.Read(folder));
        SafetensorsWriter.Write(
            Path.Combine(folder, "model.safetensors"),
            model.state_dict().Select(pair => new TensorSource(
                pair.Key, DType.F32, pair.Value.shape, MemoryMarshal.AsBytes(pair.Value.data<float>().ToArray().AsSpan()).ToArray())));
        return folder;
    }
}
