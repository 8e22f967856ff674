using System.Text.Json;
using System.Text.Json.Nodes;
using Peft.Data;
using Peft.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Goldens;

/// <summary>
/// DistilBERT, ELECTRA and XLM-RoBERTa against hidden states and logits of an independent program in numpy (make_encoder_goldens.py).
/// </summary>
public sealed class EncoderGoldenTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-test-").FullName;

    public static TheoryData<string> Families => ["distilbert", "electra", "xlm-roberta"];

    public void Dispose()
    {
        _scope.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory, MemberData(nameof(Families))]
    public void A_loaded_classifier_gives_the_recorded_states_and_logits(string family)
    {
        var golden = Golden(family);
        Write(golden, "body", "classifier");
        using var model = Pretrained.Classifier(_folder);
        model.eval();
        var inputs = Inputs(golden);
        Near(golden["hidden_states"]!, [.. model.Encoder.States(inputs).HiddenStates], 1e-5, inputs.Mask!);
        Near(golden["logits"]!, model.call(inputs), 1e-5);
    }

    [Theory, MemberData(nameof(Families))]
    public void In_float64_the_logits_agree_to_ten_digits(string family)
    {
        var golden = Golden(family);
        Write(golden, "body", "classifier");
        using var model = new SequenceClassifier(EncoderConfigReader.Read(_folder), blank: true);
        Fill(model);
        var inputs = Inputs(golden);
        Near(golden["hidden_states"]!, [.. model.Encoder.States(inputs).HiddenStates], 1e-10, inputs.Mask!);
        Near(golden["logits"]!, model.call(inputs), 1e-10);
    }

    [Theory, MemberData(nameof(Families))]
    public void A_loaded_masked_word_model_gives_the_recorded_logits(string family)
    {
        var golden = Golden(family);
        Write(golden, "body", "words");
        using var model = Pretrained.MaskedWords(_folder);
        model.eval();
        Near(golden["word_logits"]!, model.call(Inputs(golden)), 1e-5);
    }

    [Theory, MemberData(nameof(Families))]
    public void A_checkpoint_is_written_with_the_published_names(string family)
    {
        var golden = Golden(family);
        Write(golden, "body", "classifier");
        using var model = Pretrained.Classifier(_folder);
        var folder = Path.Combine(_folder, "written");
        CheckpointWriter.Write(model, _folder, folder);
        using var file = SafetensorsFile.Open(Path.Combine(folder, CheckpointWriter.WeightsName));
        Assert.Equal(
            Shapes(golden, "body", "classifier").Select(pair => pair.Name).Order(StringComparer.Ordinal),
            file.Tensors.Keys.Order(StringComparer.Ordinal));
        using var again = Pretrained.Classifier(folder);
        foreach (var (one, other) in model.named_parameters().Zip(again.named_parameters()))
            Assert.True(one.parameter.eq(other.parameter).all().ToBoolean(), one.name);
        Assert.Equal(family, JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "config.json")))!["model_type"]!.GetValue<string>());
    }

    [Theory, MemberData(nameof(Families))]
    public void A_bare_body_without_the_prefix_loads_with_a_new_head(string family)
    {
        var golden = Golden(family);
        Write(golden, name => name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..], "body");
        using var model = Pretrained.Classifier(_folder, labels: 4);
        model.eval();
        Near(golden["hidden_states"]!, [.. model.Encoder.States(Inputs(golden)).HiddenStates], 1e-5, Inputs(golden).Mask!);
        using var bare = Pretrained.Encoder(_folder);
        bare.eval();
        Near(golden["hidden_states"]![2]!, bare.call(Inputs(golden)), 1e-5, Inputs(golden).Mask!);
    }

    [Fact]
    public void Electras_discriminator_head_is_left_out_with_a_notice()
    {
        var golden = Golden("electra");
        golden["body"]!["discriminator_predictions.dense.weight"] = new JsonArray(8, 8);
        Write(golden, "body");
        var notices = new List<string>();
        using var model = Pretrained.Classifier(_folder, labels: 3, new BackboneSettings { Notice = notices.Add });
        Assert.Contains(notices, line => line.Contains("discriminator_predictions (1)", StringComparison.Ordinal));
    }

    private static JsonNode Golden(string family)
    {
        using var stream = typeof(EncoderGoldenTests).Assembly.GetManifestResourceStream("encoders.json")!;
        return JsonNode.Parse(stream)!["cases"]!.AsArray().First(one => one!["name"]!.GetValue<string>() == family)!;
    }

    private static IEnumerable<(string Name, long[] Shape)> Shapes(JsonNode golden, params string[] parts) => parts.SelectMany(
        part => golden[part]!.AsObject().Select(
            pair => (pair.Key, pair.Value!.AsArray().Select(size => (long)size!.GetValue<int>()).ToArray())));

    private void Write(JsonNode golden, params string[] parts) => Write(golden, name => name, parts);

    private void Write(JsonNode golden, Func<string, string> rename, params string[] parts)
    {
        File.WriteAllText(Path.Combine(_folder, "config.json"), golden["config"]!.ToJsonString());
        SafetensorsWriter.Write(Path.Combine(_folder, CheckpointWriter.WeightsName), Shapes(golden, parts).Select(pair => new TensorSource(
            rename(pair.Name), DType.F32, pair.Shape, Values(pair.Name, pair.Shape).to_type(ScalarType.Float32).bytes.ToArray())));
    }

    private static void Fill(nn.Module model)
    {
        model.to(ScalarType.Float64);
        model.eval();
        using var frozen = no_grad();
        foreach (var (name, parameter) in model.named_parameters())
            parameter.copy_(Values(name, parameter.shape));
    }

    /// <summary>The formula of make_encoder_goldens.py.</summary>
    private static Tensor Values(string name, long[] shape)
    {
        var shift = name.Select((letter, index) => (index + 1) * letter).Sum() % 997;
        var isNorm = name.Replace("_", "", StringComparison.Ordinal)
            .EndsWith("layernorm.weight", StringComparison.OrdinalIgnoreCase);
        var values = new double[shape.Aggregate(1L, (all, size) => all * size)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = 0.25 * Math.Sin((0.37 * i) + shift);
            values[i] = isNorm ? 1 + (0.1 * values[i]) : values[i];
        }

        return tensor(values, shape);
    }

    private static EncoderInputs Inputs(JsonNode golden) =>
        new(Whole(golden["ids"]!), Whole(golden["mask"]!), golden["types"] is { } types ? Whole(types) : null);

    private static Tensor Whole(JsonNode rows) => tensor(
        [.. rows.AsArray().SelectMany(row => row!.AsArray().Select(value => value!.GetValue<long>()))], rows.AsArray().Count,
        rows[0]!.AsArray().Count);

    private static void Near(JsonNode expected, IReadOnlyList<Tensor> found, double tolerance, Tensor mask)
    {
        Assert.Equal(expected.AsArray().Count, found.Count);
        for (var i = 0; i < found.Count; i++)
            Near(expected[i]!, found[i], tolerance, mask);
    }

    private static void Near(JsonNode expected, Tensor found, double tolerance, Tensor? mask = null)
    {
        var values = expected.Deserialize<JsonElement>();
        var flat = tensor(Flat(values).ToArray()).view(found.shape);
        var difference = (flat - found.to_type(ScalarType.Float64)).abs();
        if (mask is not null)
            difference = difference * mask.unsqueeze(-1);
        Assert.InRange(difference.max().item<double>(), 0, tolerance);
    }

    private static IEnumerable<double> Flat(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().SelectMany(Flat) : [value.GetDouble()];
}
