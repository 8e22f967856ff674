using System.Text.Json.Nodes;
using Peft.Models;
using Peft.Tests.Interop;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Loading;

/// <summary>Every field of the published configurations is implemented, harmless or refused.</summary>
public sealed class ConfigFieldTests : IDisposable
{
    private readonly Interop.TemporaryFolder _folder = new();

    /// <summary>Fields of the families' configurations in transformers 4 and of their published checkpoints.</summary>
    private const string Published =
        "vocab_size hidden_size num_hidden_layers num_attention_heads intermediate_size hidden_act hidden_dropout_prob "
        + "attention_probs_dropout_prob max_position_embeddings type_vocab_size initializer_range layer_norm_eps pad_token_id bos_token_id "
        + "eos_token_id position_embedding_type use_cache classifier_dropout is_decoder add_cross_attention tie_word_embeddings "
        + "chunk_size_feed_forward pruned_heads architectures model_type transformers_version gradient_checkpointing directionality "
        + "pooler_fc_size pooler_num_attention_heads pooler_num_fc_layers pooler_size_per_head pooler_type id2label label2id num_labels "
        + "problem_type torch_dtype";

    private const string PublishedDistilBert =
        "activation architectures attention_dropout dim dropout hidden_dim initializer_range max_position_embeddings model_type n_heads "
        + "n_layers pad_token_id qa_dropout seq_classif_dropout sinusoidal_pos_embds tie_weights_ tie_word_embeddings "
        + "transformers_version vocab_size output_past finetuning_task id2label label2id torch_dtype";

    private const string PublishedElectra =
        "architectures attention_probs_dropout_prob classifier_dropout embedding_size hidden_act hidden_dropout_prob hidden_size "
        + "initializer_range intermediate_size layer_norm_eps max_position_embeddings model_type num_attention_heads num_hidden_layers "
        + "pad_token_id position_embedding_type summary_activation summary_last_dropout summary_type summary_use_proj "
        + "transformers_version type_vocab_size use_cache vocab_size tie_word_embeddings is_decoder add_cross_attention";

    private const string PublishedDecoder =
        "vocab_size n_positions n_ctx n_embd n_layer n_head n_inner activation_function resid_pdrop embd_pdrop attn_pdrop "
        + "layer_norm_epsilon initializer_range summary_type summary_use_proj summary_activation summary_proj_to_labels "
        + "summary_first_dropout scale_attn_weights use_cache bos_token_id eos_token_id scale_attn_by_inverse_layer_idx "
        + "reorder_and_upcast_attn add_cross_attention tie_word_embeddings task_specific_params predict_special_tokens architectures "
        + "model_type chunk_size_feed_forward pruned_heads id2label label2id";

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string> Refused => Fields(FieldUse.Refused);

    public static TheoryData<string, string> Harmless => Fields(FieldUse.Harmless);

    [Fact]
    public void Published_fields_are_all_known()
    {
        Assert.Empty(Published.Split(' ').Except(ConfigSchema.Encoder.Fields.Select(field => field.Name)));
        Assert.Empty(PublishedDistilBert.Split(' ').Except(ConfigSchema.DistilBert.Fields.Select(field => field.Name)));
        Assert.Empty(PublishedElectra.Split(' ').Except(ConfigSchema.Electra.Fields.Select(field => field.Name)));
        Assert.Empty(PublishedDecoder.Split(' ').Except(ConfigSchema.Decoder.Fields.Select(field => field.Name)));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_is_not_implemented_is_refused_by_name_unless_neutral(string family, string name)
    {
        var field = Schema(family).Fields.Single(one => one.Name == name);
        Read(family, name, JsonNode.Parse(field.Neutral));
        Read(family, name, null);
        var problem = Assert.Throws<BackboneConfigurationException>(() => Read(family, name, JsonNode.Parse("""{"0": [1]}""")));
        Assert.Contains($"field {name}: ", problem.Message, StringComparison.Ordinal);
        Assert.Contains("is not implemented for", problem.Message, StringComparison.Ordinal);
        if (field.Neutral == "false")
            Assert.Throws<BackboneConfigurationException>(() => Read(family, name, true));
    }

    [Theory]
    [MemberData(nameof(Harmless))]
    public void What_is_harmless_changes_nothing(string family, string name)
    {
        var notices = new List<string>();
        Assert.Equal(Read(family, "transformers_version", "1"), Read(family, name, "any value", notices));
        Assert.Empty(notices);
    }

    [Theory]
    [InlineData("bert")]
    [InlineData("gpt2")]
    public void Unknown_fields_pass_with_one_notice(string family)
    {
        var notices = new List<string>();
        Read(family, "new_kind_of_attention", 3, notices);
        Assert.Contains("unknown fields are ignored: new_kind_of_attention", Assert.Single(notices), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gpt2", "eos_token_id", "[7]", "")]
    [InlineData("gpt2", "eos_token_id", "[7, 8]", "expected one token id, found 2: [7,8]")]
    [InlineData("gpt2", "pad_token_id", "1.7", "expected a whole number from -1 to 8191, found 1.7")]
    [InlineData("bert", "pad_token_id", "1.7", "expected a whole number")]
    [InlineData("bert", "hidden_act", "\"prelu\"", "found 'prelu'")]
    [InlineData("gpt2", "activation_function", "\"xielu\"", "found 'xielu'")]
    public void Ids_and_activations_are_read_strictly(string family, string name, string value, string problem)
    {
        if (problem.Length == 0)
        {
            Assert.Contains("EndId = 7", Read(family, name, JsonNode.Parse(value)), StringComparison.Ordinal);
            return;
        }

        var found = Assert.Throws<BackboneConfigurationException>(() => Read(family, name, JsonNode.Parse(value)));
        Assert.Contains(problem, found.Message, StringComparison.Ordinal);
    }

    /// <summary>The flags of GPT-2's attention are the same as factors of the query's weights.</summary>
    [Theory]
    [InlineData("scale_attn_by_inverse_layer_idx", true)]
    [InlineData("scale_attn_weights", false)]
    public void Attention_is_scaled_as_the_flags_say(string name, bool value)
    {
        using var scope = NewDisposeScope();
        var ids = tensor(new long[] { 5, 900, 17, 4000, 33, 8 }, [1, 6]);
        var folder = Write("gpt2", name, value);
        File.Copy(Path.Combine(Repository.Asset("tiny-gpt2-en"), "model.safetensors"), Path.Combine(folder, "model.safetensors"));
        using var flagged = Pretrained.LanguageModel(folder);
        using var scaled = Pretrained.LanguageModel(Repository.Asset("tiny-gpt2-en"));
        flagged.eval();
        scaled.eval();
        var before = scaled.call(new DecoderInputs(ids, null));
        var config = scaled.Decoder.Config;
        using (no_grad())
        {
            foreach (var (key, parameter) in scaled.named_parameters()
                .Where(pair => pair.name.Contains(".query.", StringComparison.Ordinal)))
                parameter.mul_(value ? 1.0 / (int.Parse(key.Split('.')[2]) + 1) : Math.Sqrt(config.HiddenSize / config.Heads));
        }

        var (expected, found) = (scaled.call(new DecoderInputs(ids, null)), flagged.call(new DecoderInputs(ids, null)));
        Assert.True((expected - found).abs().max().ToDouble() < 1e-4);
        Assert.True((expected - before).abs().max().ToDouble() > 1e-2);
        Assert.NotEqual(flagged.ConfigurationText, scaled.ConfigurationText);
    }

    [Fact]
    public void Every_activation_has_its_value_and_slope()
    {
        using var scope = NewDisposeScope();
        var x = linspace(-3, 3, 31, dtype: float64);
        foreach (var name in HiddenActivation.Names)
        {
            var free = x.clone().requires_grad_();
            HiddenActivation.Apply(name, free).sum().backward();
            var slope = (HiddenActivation.Apply(name, x + 1e-6) - HiddenActivation.Apply(name, x - 1e-6)) / 2e-6;
            var isSmooth = (x.abs() > 1e-3).to_type(float64);
            Assert.True(((slope - free.grad!) * isSmooth).abs().max().ToDouble() < 1e-6, name);
        }

        // Values from the definitions, at 1.5.
        (string Name, double Value)[] known =
        [
            ("gelu", 1.3997891), ("gelu_new", 1.3995715), ("gelu_10", 1.3997891), ("quick_gelu", 1.3916622), ("silu", 1.2263618),
            ("swish", 1.2263618), ("relu", 1.5), ("relu2", 2.25), ("relu6", 1.5), ("tanh", 0.9051483), ("sigmoid", 0.8175745),
            ("mish", 1.4033783), ("linear", 1.5), ("leaky_relu", 1.5), ("laplace", 0.9975285),
        ];
        foreach (var (name, value) in known)
            Assert.Equal(value, HiddenActivation.Apply(name, tensor(1.5, float64)).ToDouble(), 1e-6);
        Assert.Equal(-0.03, HiddenActivation.Apply("leaky_relu", tensor(-3.0, float64)).ToDouble(), 1e-9);
        Assert.Equal(10, HiddenActivation.Apply("gelu_10", tensor(12.0, float64)).ToDouble(), 1e-9);
    }

    [Fact]
    public void The_documentation_has_every_field()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "reference", "configurations.md"));
        foreach (var field in ConfigSchema.All.SelectMany(schema => schema.Fields))
            Assert.Contains($"| `{field.Name}` | {Treated(field)} | {field.Note} |", page, StringComparison.Ordinal);
    }

    private static string Treated(ConfigField field) => field.Use switch
    {
        FieldUse.Implemented => "implemented",
        FieldUse.Harmless => "harmless",
        _ => $"refused unless `{field.Neutral}`",
    };

    private static TheoryData<string, string> Fields(FieldUse use)
    {
        var data = new TheoryData<string, string>();
        foreach (var family in (string[])["bert", "distilbert", "electra", "gpt2"])
        {
            foreach (var field in Schema(family).Fields
                .Where(field => field.Use == use && field.Name is not "model_type" and not "architectures"))
                data.Add(family, field.Name);
        }

        return data;
    }

    private static ConfigSchema Schema(string family) => family switch
    {
        "bert" => ConfigSchema.Encoder,
        "distilbert" => ConfigSchema.DistilBert,
        "electra" => ConfigSchema.Electra,
        _ => ConfigSchema.Decoder,
    };

    private string Read(string family, string name, JsonNode? value, List<string>? notices = null)
    {
        var folder = Write(family, name, value);
        Action<string>? notice = notices is null ? null : notices.Add;
        return family != "gpt2" ? EncoderConfigReader.Read(folder, notice).ToString() : DecoderConfigReader.Read(folder, notice).ToString();
    }

    private static string Base(string family) => family switch
    {
        "distilbert" => """{"model_type":"distilbert","vocab_size":50,"dim":8,"n_layers":1,"n_heads":2,"hidden_dim":16}""",
        "electra" => """
            {"model_type":"electra","vocab_size":50,"embedding_size":4,"hidden_size":8,"num_hidden_layers":1,
             "num_attention_heads":2,"intermediate_size":16}
            """,
        _ => File.ReadAllText(Path.Combine(Repository.Asset(family == "bert" ? "tiny-bert-en" : "tiny-gpt2-en"), "config.json")),
    };

    private string Write(string family, string name, JsonNode? value)
    {
        var folder = _folder[Guid.NewGuid().ToString("N")];
        Directory.CreateDirectory(folder);
        var config = (JsonObject)JsonNode.Parse(Base(family))!;
        config[name] = value;
        File.WriteAllText(Path.Combine(folder, "config.json"), config.ToJsonString());
        return folder;
    }
}
