using System.Text.Json.Nodes;
using Peft.Data;
using Peft.Models;
using Peft.Training;

namespace Peft.Tests.Interop;

/// <summary>What config.json and the tokenizer's files of a written checkpoint say, by Hugging Face's rules of loading.</summary>
public sealed class MergedDescriptionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Backbone, outputs, labels; class, problem type, side of padding.</summary>
    public static TheoryData<string, int, string, string, string?, string> Rows => new()
    {
        { "tiny-bert-en", 3, "entailment neutral contradiction", "BertForSequenceClassification", "single_label_classification", "right" },
        { "tiny-bert-en", 1, "", "BertForSequenceClassification", "regression", "right" },
        { "roberta", 3, "entailment neutral contradiction", "RobertaForSequenceClassification", "single_label_classification", "right" },
        { "roberta", 1, "", "RobertaForSequenceClassification", "regression", "right" },
        { "roberta", 0, "", "RobertaModel", null, "right" },
        { "tiny-gpt2-en", 3, "entailment neutral contradiction", "GPT2ForSequenceClassification", "single_label_classification", "right" },
        { "tiny-gpt2-en", 1, "", "GPT2ForSequenceClassification", "regression", "right" },
        { "tiny-gpt2-en", 0, "", "GPT2LMHeadModel", null, "left" },
        { "tiny-bert-en", 0, "", "BertForMaskedLM", null, "right" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_written_checkpoint_describes_itself(
        string backbone, int outputs, string labels, string architecture, string? problem, string side)
    {
        var source = Source(backbone);
        using var model = outputs > 0
            ? BackboneModel.Load(new BackboneRegistry(), source, new TaskHead.Classifier(outputs), new BackboneSettings())
            : AdapterBackbone.Open(new BackboneRegistry(), source, labels: null);
        var tokenizer = TokenizerFiles.Load(source);
        string[] names = labels.Length == 0 ? [] : labels.Split(' ');
        CheckpointWriter.Write(model.Backbone, source, _folder["merged"], DType.F32, names.Length == 0 ? null : names, tokenizer);

        var config = Json("config.json");
        Assert.Equal(architecture, (string)config["architectures"]![0]!);
        Assert.Equal(tokenizer.PadId, (int)config["pad_token_id"]!);
        Assert.Equal(problem, (string?)config["problem_type"]);
        if (names.Length > 0)
        {
            Assert.Equal(names, Enumerable.Range(0, outputs).Select(id => (string)config["id2label"]![$"{id}"]!));
            Assert.All(names.Select((name, id) => (name, id)), pair => Assert.Equal(pair.id, (int)config["label2id"]![pair.name]!));
        }

        if (outputs > 0)
        {
            Assert.Equal(outputs, (int)config["num_labels"]!);
            Assert.Equal(outputs, ((JsonObject)config["id2label"]!).Count);
            Assert.DoesNotContain("wrong", config["id2label"]!.ToJsonString(), StringComparison.Ordinal);
        }

        var settings = Json("tokenizer_config.json");
        Assert.Equal(side, (string)settings["padding_side"]!);
        Assert.Equal(tokenizer.TokenOf(tokenizer.PadId), (string)settings["pad_token"]!);
        var reader = backbone switch { "tiny-bert-en" => "BertTokenizer", "roberta" => "RobertaTokenizer", _ => "GPT2Tokenizer" };
        Assert.Equal(reader, (string)settings["tokenizer_class"]!);
        Assert.Equal(
            tokenizer.Encode("A fine film, isn't it?").Ids, TokenizerFiles.Load(_folder["merged"]).Encode("A fine film, isn't it?").Ids);
    }

    [Fact]
    public void A_classifier_of_several_labels_says_so_and_a_written_checkpoint_keeps_it()
    {
        var source = Source("tiny-bert-en");
        using (var model = Classifier(source))
            CheckpointWriter.Write(model.Backbone, source, _folder["merged"], labels: ["a", "b", "c"], isMultiLabel: true);
        Assert.Equal("multi_label_classification", (string?)Json("config.json")["problem_type"]);
        Directory.Move(_folder["merged"], _folder["first"]);
        using (var model = Classifier(_folder["first"]))
            CheckpointWriter.Write(model.Backbone, _folder["first"], _folder["merged"]);
        Assert.Equal("multi_label_classification", (string?)Json("config.json")["problem_type"]);
        Directory.Delete(_folder["merged"], recursive: true);
        using (var model = Classifier(_folder["first"]))
            CheckpointWriter.Write(model.Backbone, _folder["first"], _folder["merged"], labels: ["x", "y", "z"]);
        Assert.Equal("single_label_classification", (string?)Json("config.json")["problem_type"]);
    }

    private static PeftModel Classifier(string source) => BackboneModel.Load(
        new BackboneRegistry(), source, new TaskHead.Classifier(3), new BackboneSettings());

    /// <summary>A checkpoint whose config.json names other labels in another order, with another number.</summary>
    private string Source(string backbone)
    {
        var folder = _folder["source"];
        if (backbone == "roberta")
            MakeRoberta(folder);
        else
            Copy(Repository.Asset(backbone), folder, "*");
        var path = Path.Combine(folder, "config.json");
        var config = (JsonObject)JsonNode.Parse(File.ReadAllText(path))!;
        config["id2label"] = new JsonObject { ["0"] = "wrong", ["1"] = "wrong too", ["2"] = "wrong again" };
        config["label2id"] = new JsonObject { ["wrong"] = 0, ["wrong too"] = 1, ["wrong again"] = 2 };
        File.WriteAllText(path, config.ToJsonString());
        return folder;
    }

    /// <summary>A RoBERTa of one layer with the built-in decoder's vocabulary, as the project has none.</summary>
    private void MakeRoberta(string folder)
    {
        Copy(Repository.Asset("tiny-gpt2-en"), _folder["vocabulary"], "vocab.json");
        Copy(Repository.Asset("tiny-gpt2-en"), _folder["vocabulary"], "merges.txt");
        var config = new JsonObject
        {
            ["model_type"] = "roberta", ["vocab_size"] = 8192, ["hidden_size"] = 8, ["num_hidden_layers"] = 1, ["num_attention_heads"] = 2,
            ["intermediate_size"] = 12, ["max_position_embeddings"] = 8230, ["type_vocab_size"] = 1, ["pad_token_id"] = 8191,
        };
        File.WriteAllText(_folder[Path.Combine("vocabulary", "config.json")], config.ToJsonString());
        using var model = new BareEncoder(EncoderConfigReader.Read(_folder["vocabulary"]), withPooler: false);
        CheckpointWriter.Write(model, _folder["vocabulary"], folder);
    }

    private static void Copy(string from, string to, string pattern)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from, pattern))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }

    private JsonObject Json(string file) => (JsonObject)JsonNode.Parse(File.ReadAllText(_folder[Path.Combine("merged", file)]))!;
}
