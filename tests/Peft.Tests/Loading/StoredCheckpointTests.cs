using System.Text.Json.Nodes;
using Peft.Data;
using Peft.Models;
using Peft.Tests.Interop;
using Peft.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Loading;

/// <summary>Checkpoints load for what they are: heads of other tasks, wrappers, missing poolers, stored heads, tied weights.</summary>
public sealed class StoredCheckpointTests : IDisposable
{
    private readonly Interop.TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly List<string> _notices = [];

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    public static TheoryData<string, string> Wrappers => new()
    {
        { "bert", "module." }, { "bert", "model." }, { "bert", "model.module." }, { "gpt2", "module." }, { "roberta", "module.model." },
    };

    [Theory]
    [MemberData(nameof(Wrappers))]
    public void Prefixes_of_wrappers_do_not_matter(string family, string wrapper)
    {
        var source = Source(family);
        var wrapped = Save(family, tensors => tensors.ToDictionary(pair => wrapper + pair.Key, pair => pair.Value));
        Assert.Equal(0, Difference(Body(family, source), Body(family, wrapped)));
    }

    [Theory]
    [InlineData("bert", "qa_outputs.weight", "qa_outputs (1)")]
    [InlineData("bert", "cls.predictions.transform.dense.weight", "cls.predictions (1)")]
    [InlineData("roberta", "lm_head.dense.weight", "lm_head (1)")]
    [InlineData("gpt2", "multiple_choice_head.summary.weight", "multiple_choice_head (1)")]
    public void Heads_of_other_tasks_are_left_out_in_one_line(string family, string key, string named)
    {
        var folder = Save(family, tensors => new(Headless(tensors)) { [key] = rand(3, 4) });
        var expected = Body(family, Source(family));
        _notices.Clear();
        Assert.Equal(0, Difference(expected, Body(family, folder)));
        Assert.Contains("left out as heads of other tasks: " + named, Assert.Single(_notices), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bert", "bert.encoder.layer.9.output.dense.weight")]
    [InlineData("bert", "encoder.layer.9.output.dense.weight")]
    [InlineData("gpt2", "transformer.h.9.ln_1.weight")]
    public void Unexpected_tensors_of_the_body_are_refused(string family, string key)
    {
        var folder = Save(family, tensors => new(tensors) { [key] = rand(2) });
        Assert.Contains(key, Assert.Throws<CheckpointMismatchException>(() => Body(family, folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_pooler_is_made_anew_trained_and_saved_with_the_head()
    {
        var folder = Save("bert", tensors => tensors.Where(pair => !pair.Key.Contains("pooler", StringComparison.Ordinal)).ToDictionary());
        using var model = Load(folder, 3);
        Assert.Contains(_notices, line => line.Contains("the pooler is new", StringComparison.Ordinal));
        Assert.Equal(
            ["bert.pooler.dense.bias", "bert.pooler.dense.weight", "classifier.bias", "classifier.weight"],
            model.HeadParameters.Select(pair => pair.Name).Order());
        Assert.All(model.HeadParameters, pair => Assert.True(pair.Parameter.requires_grad));
        var pooler = model.HeadParameters.First(pair => pair.Name == "bert.pooler.dense.weight").Parameter;
        Assert.InRange(pooler.std().ToDouble(), 0.015, 0.025); // initializer_range is 0.02
    }

    [Fact]
    public void A_run_without_a_pooler_is_saved_with_it_and_predicts_the_same_when_loaded()
    {
        var folder = Save("bert", tensors => tensors.Where(pair => !pair.Key.Contains("pooler", StringComparison.Ordinal)).ToDictionary());
        using var host = Training.Watching.Host();
        var tuner = (FineTuner)host.Services.GetService(typeof(FineTuner))!;
        var options = Training.Watching.Short with { Backbone = folder, Method = "lora", Epochs = 1, Output = _folder["run"] };
        string[] texts = ["a fine film", "a dull and endless film"];
        IReadOnlyList<Prediction> expected;
        using (var trained = tuner.Train(new TaskRegistry().Find("verdict"), options))
            expected = trained.Predict(texts);
        using var loaded = TrainedModel.Load(_folder["run"], (MethodRegistry)host.Services.GetService(typeof(MethodRegistry))!);
        Assert.Equal(expected.Select(one => one.Probability), loaded.Predict(texts).Select(one => one.Probability));
    }

    [Fact]
    public void A_new_pooler_goes_to_Hugging_Face_PEFT_and_not_to_AdapterHub()
    {
        var folder = Save("bert", tensors => tensors.Where(pair => !pair.Key.Contains("pooler", StringComparison.Ordinal)).ToDictionary());
        var registry = new MethodRegistry().AddFrom(typeof(Methods.Lora).Assembly);
        using var model = Load(folder, 2);
        model.Attach(MethodExpression.Parse(registry, "lora", new Dictionary<string, string>()), seed: 1);
        AdapterFormats.Save(model, PeftModel.DefaultName, _folder["peft"], "hf-peft", folder);
        var config = (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(_folder["peft"], "adapter_config.json")))!;
        Assert.Equal(["classifier", "score", "pooler"], config["modules_to_save"]!.AsArray().Select(part => (string)part!));

        using var again = Load(folder, 2);
        AdapterFormats.Load(again, "again", _folder["peft"], "hf-peft", registry, new ImportOptions());
        again.Adapters.Activate("again");
        Assert.Equal(4, again.HeadParameters.Count());
        Assert.All(again.HeadParameters.Zip(model.HeadParameters), pair => Assert.Equal(
            0, Difference(pair.First.Parameter, pair.Second.Parameter)));

        var problem = Assert.Throws<AdapterExportException>(
            () => AdapterFormats.Save(model, PeftModel.DefaultName, _folder["hub"], "adapterhub", folder));
        Assert.Contains("the backbone's pooler is trained with the head", problem.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["hub"]));
    }

    [Theory]
    [InlineData("bert")]
    [InlineData("roberta")]
    [InlineData("gpt2")]
    public void A_stored_head_is_kept_and_matched_by_name(string family)
    {
        var stored = Classifier(family, ["no", "MAYBE", "yes"]);
        var last = HeadOf(Load(stored, 3, "yes", "no", "maybe"));
        var source = HeadOf(Load(stored, 3, "no", "maybe", "yes"));
        Assert.Equal(0, Difference(source.index_select(0, tensor(new long[] { 2, 0, 1 })), last));
        Assert.Contains(
            _notices, line => line.EndsWith("the head is the checkpoint's, its outputs reordered by name", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("bert")]
    [InlineData("roberta")]
    [InlineData("gpt2")]
    public void A_head_that_does_not_fit_is_new_and_a_line_says_so(string family)
    {
        var stored = Classifier(family, ["no", "maybe", "yes"]);
        var kept = HeadOf(Load(stored, 3, "no", "maybe", "yes"));
        Assert.Empty(_notices);
        Assert.True(Difference(kept, HeadOf(Load(stored, 3, "a", "b", "c"))) > 0);
        Load(stored, 2, "no", "yes").Dispose();
        Assert.Collection(
            _notices,
            line => Assert.EndsWith(
                "the head is new: the checkpoint's has 3 outputs (no, maybe, yes), the task 3 outputs (a, b, c)", line,
                StringComparison.Ordinal),
            line => Assert.EndsWith(
                "the head is new: the checkpoint's has 3 outputs (no, maybe, yes), the task 2 outputs (no, yes)", line,
                StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("bert", 1)]
    [InlineData("gpt2", 1)]
    [InlineData("roberta", 2)]
    public void Outputs_without_names_are_kept_in_their_order(string family, int outputs)
    {
        var stored = Classifier(family, names: null, outputs);
        string[] labels = outputs == 1 ? [] : ["negative", "positive"];
        Assert.Equal(0, Difference(HeadOf(Load(stored, outputs, labels)), HeadOf(Load(stored, outputs, labels))));
        Assert.Empty(_notices);
    }

    [Fact]
    public void A_head_of_tokens_is_no_head_of_texts()
    {
        var stored = Classifier(
            "bert", ["O", "B", "I"], 3, config => config["architectures"] = new JsonArray("BertForTokenClassification"));
        var first = HeadOf(Load(stored, 3, "O", "B", "I"));
        Assert.True(Difference(first, HeadOf(Load(stored, 3, "O", "B", "I"))) > 0);
        Assert.Contains("of another kind (BertForTokenClassification)", _notices[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bert", "cls.predictions.decoder.weight", "bert.embeddings.word_embeddings.weight")]
    [InlineData("bert", "cls.predictions.decoder.bias", "cls.predictions.bias")]
    [InlineData("gpt2", "lm_head.weight", "transformer.wte.weight")]
    public void Tied_weights_that_differ_are_refused_by_name_or_used_if_config_json_says_so(string family, string copy, string used)
    {
        Dictionary<string, Tensor> With(Dictionary<string, Tensor> tensors, double change) =>
            new(tensors) { [copy] = tensors[used] + change };
        using (var same = LoadWords(family, Save(family, tensors => With(tensors, 0))))
            Assert.NotNull(same);
        var problem = Assert.Throws<TiedWeightsException>(() => LoadWords(family, Save(family, tensors => With(tensors, 1))));
        Assert.Equal((copy, used), (problem.Copy, problem.Used));
        Assert.Contains("tie_word_embeddings", problem.Message, StringComparison.Ordinal);
        if (copy.EndsWith("bias", StringComparison.Ordinal))
            return;
        using var untied = LoadWords(family, Save(family, tensors => With(tensors, 1), config => config["tie_word_embeddings"] = false));
        var own = untied.named_parameters().Single(pair => pair.name == copy).parameter;
        var embedding = untied.named_parameters().Single(pair => pair.name == used).parameter;
        Assert.Equal(1, Difference(own, embedding), 1e-5);
    }

    [Theory]
    [InlineData("bert", DType.I8)]
    [InlineData("gpt2", DType.I64)]
    public void Integer_weights_are_refused_by_tensor_and_dtype(string family, DType dtype)
    {
        var folder = Save(family, tensors => tensors);
        var file = Path.Combine(folder, "model.safetensors");
        using (var archive = CheckpointFolder.Open(Source(family)))
        {
            var integers = archive.Tensors.Keys.Select(key => new TensorSource(
                key, dtype, archive.Tensors[key].Shape, new byte[archive.Tensors[key].Shape.Aggregate(
                    dtype == DType.I8 ? 1L : 8L, (size, length) => size * length)])).ToList();
            SafetensorsWriter.Write(file, integers);
        }

        var problem = Assert.Throws<CheckpointDTypeException>(() => Body(family, folder));
        Assert.Contains($"{problem.Tensor} is stored as {dtype.SafetensorsName()}", problem.Message, StringComparison.Ordinal);
        Assert.Contains("quantised", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bare_encoder_is_written_and_read_as_one()
    {
        var bare = Save("bert", tensors => Headless(tensors).ToDictionary(
            pair => pair.Key["bert.".Length..], pair => pair.Value), config => config["architectures"] = new JsonArray("BertModel"));
        using var model = AdapterBackbone.Open(new BackboneRegistry(), bare, labels: null);
        Assert.IsType<BareEncoder>(model.Backbone);
        CheckpointWriter.Write(model.Backbone, bare, _folder["written"]);
        using var written = CheckpointFolder.Open(_folder["written"]);
        using var read = CheckpointFolder.Open(bare);
        Assert.Equal(read.Tensors.Keys.Order(), written.Tensors.Keys.Order());
        Assert.Equal("BertModel", Config(_folder["written"])["architectures"]![0]!.GetValue<string>());
    }

    private static double Difference(Tensor left, Tensor right) => (left - right).abs().max().ToDouble();

    private static Tensor HeadOf(PeftModel model) => model.HeadParameters.Single(pair => HeadFiles.LastMaps.Contains(pair.Name)).Parameter;

    private static Dictionary<string, Tensor> Headless(Dictionary<string, Tensor> tensors) => tensors.Where(pair =>
        ((string[])["bert.", "transformer.", "embeddings.", "encoder."]).Any(start => pair.Key.StartsWith(start, StringComparison.Ordinal)))
        .ToDictionary();

    private static JsonObject Config(string folder) =>
        (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "config.json")))!;

    private static nn.Module LoadWords(string family, string folder) =>
        family == "gpt2" ? Pretrained.LanguageModel(folder) : Pretrained.MaskedWords(folder);

    private PeftModel Load(string folder, int outputs, params string[] labels) => BackboneModel.Load(
        new BackboneRegistry(), folder, new TaskHead.Classifier(outputs) { Labels = labels },
        new BackboneSettings { Notice = _notices.Add });

    /// <summary>A tensor that every weight of the body reaches: the sum of squares of each of its parameters.</summary>
    private Tensor Body(string family, string folder)
    {
        using var model = Load(folder, 2);
        return cat([.. BackboneModel.Cast(model.Backbone).Body.named_parameters().OrderBy(pair => pair.name, StringComparer.Ordinal)
            .Select(pair => pair.parameter.detach().flatten())]).MoveToOuterDisposeScope();
    }

    /// <summary>A checkpoint with a classification head.</summary>
    private string Classifier(string family, string[]? names, int outputs = 3, Action<JsonObject>? change = null)
    {
        var folder = _folder[Guid.NewGuid().ToString("N")];
        manual_seed(3).Dispose();
        using var model = Load(Source(family), outputs, names ?? []);
        using (no_grad())
        {
            foreach (var (_, parameter) in model.HeadParameters)
                parameter.copy_(randn_like(parameter));
        }

        CheckpointWriter.Write(model.Backbone, Source(family), folder, DType.F32, names);
        var config = Config(folder);
        change?.Invoke(config);
        File.WriteAllText(Path.Combine(folder, "config.json"), config.ToJsonString());
        _notices.Clear();
        return folder;
    }

    /// <summary>A copy of a family's checkpoint with other tensors or fields.</summary>
    private string Save(
        string family, Func<Dictionary<string, Tensor>, Dictionary<string, Tensor>> change, Action<JsonObject>? field = null)
    {
        var (source, folder) = (Source(family), _folder[Guid.NewGuid().ToString("N")]);
        Directory.CreateDirectory(folder);
        using var archive = CheckpointFolder.Open(source);
        var tensors = change(archive.Tensors.Keys.ToDictionary(key => key, key => ArchiveTensors.Read(archive, key).to(float32)));
        SafetensorsWriter.Write(Path.Combine(folder, "model.safetensors"), tensors.Select(pair => new TensorSource(
            pair.Key, DType.F32, pair.Value.shape, stream => stream.Write(pair.Value.contiguous().bytes))));
        var config = Config(source);
        field?.Invoke(config);
        File.WriteAllText(Path.Combine(folder, "config.json"), config.ToJsonString());
        foreach (var name in ((string[])["vocab.txt", "tokenizer_config.json"]).Where(name => File.Exists(Path.Combine(source, name))))
            File.Copy(Path.Combine(source, name), Path.Combine(folder, name));
        return folder;
    }

    /// <summary>A small checkpoint of a family; RoBERTa's is made here, because the project has none.</summary>
    private string Source(string family)
    {
        if (family != "roberta")
            return Repository.Asset(family == "bert" ? "tiny-bert-en" : "tiny-gpt2-en");
        var folder = _folder["roberta"];
        if (Directory.Exists(folder))
            return folder;
        manual_seed(1).Dispose();
        Directory.CreateDirectory(_folder["config"]);
        var config = new JsonObject
        {
            ["model_type"] = "roberta", ["vocab_size"] = 40, ["hidden_size"] = 8, ["num_hidden_layers"] = 1, ["num_attention_heads"] = 2,
            ["intermediate_size"] = 12, ["max_position_embeddings"] = 20, ["type_vocab_size"] = 1, ["pad_token_id"] = 1,
        };
        File.WriteAllText(Path.Combine(_folder["config"], "config.json"), config.ToJsonString());
        using var model = new BareEncoder(EncoderConfigReader.Read(_folder["config"]), withPooler: false);
        CheckpointWriter.Write(model, _folder["config"], folder);
        return folder;
    }
}
