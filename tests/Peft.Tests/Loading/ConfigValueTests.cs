using System.Text.Json.Nodes;
using Peft.Models;

namespace Peft.Tests.Loading;

/// <summary>
/// Every value of the JSON files of backbones, adapters and runs, replaced by values of all types: read, or refused in one line.
/// </summary>
public sealed class ConfigValueTests : IDisposable
{
    private const string Bert = """
        {"model_type": "bert", "vocab_size": 9, "hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 8,
         "hidden_act": "gelu", "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1, "max_position_embeddings": 8, "type_vocab_size": 2,
         "initializer_range": 0.02, "layer_norm_eps": 1e-12, "pad_token_id": 0, "position_embedding_type": "absolute", "use_cache": true,
         "classifier_dropout": 0.5, "architectures": ["BertForMaskedLM"], "id2label": {"0": "a", "1": "b"}, "label2id": {"a": 0, "b": 1},
         "tie_word_embeddings": true, "is_decoder": false}
        """;

    private const string Gpt2 = """
        {"model_type": "gpt2", "vocab_size": 9, "n_positions": 8, "n_ctx": 8, "n_embd": 8, "n_layer": 1, "n_head": 2, "n_inner": 8,
         "activation_function": "gelu_new", "resid_pdrop": 0.1, "embd_pdrop": 0.1, "attn_pdrop": 0.1, "layer_norm_epsilon": 1e-5,
         "initializer_range": 0.02, "eos_token_id": 8, "bos_token_id": 8, "scale_attn_weights": true, "tie_word_embeddings": true,
         "scale_attn_by_inverse_layer_idx": false, "reorder_and_upcast_attn": false, "architectures": ["GPT2LMHeadModel"]}
        """;

    private const string Manifest = """
        {"format": 3, "readableFrom": 3, "versions": {"peft": "1.0"}, "method": "lora", "merged": false, "backbone": "b", "backboneIdentity": "x",
         "parts": [{"method": "lora", "options": {"rank": "4"}, "overrides": {}, "where": {"targets": [], "exclude": []}}],
         "mixture": {"experts": 2}, "head": {"w": [2, 8]}, "labels": ["a", "b"], "addedTokens": ["t"], "plugins": [], "checksum": "00"}
        """;

    /// <summary>Fields that do not affect the computation; their values are not looked at.</summary>
    private static readonly string[] s_idle = ["use_cache", "label2id", "bos_token_id", "n_ctx", "reorder_and_upcast_attn", "id2label."];

    private readonly string _folder = Directory.CreateTempSubdirectory("peft-config-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(Bert)]
    [InlineData(Gpt2)]
    public void Backbones(string document) => Check(document, "config.json", () =>
    {
        var type = (string?)(JsonNode.Parse(document) as JsonObject)!["model_type"];
        if (type == "gpt2")
            DecoderConfigReader.Read(_folder);
        else
            EncoderConfigReader.Read(_folder);
        new BackboneRegistry().Find(_folder).Describe(_folder);
    }, s_idle);

    [Fact]
    public void Adapters() => Check(Manifest, AdapterFolder.ManifestName, () => AdapterFolder.ReadManifest(_folder), []);

    private void Check(string document, string name, Action read, string[] idle)
    {
        var file = Path.Combine(_folder, name);
        File.WriteAllText(file, document);
        read();
        var wrong = new List<string>();
        foreach (var mutation in JsonMutation.All(document))
        {
            File.WriteAllText(file, mutation.Text);
            var problem = Record.Exception(read);
            var what = $"{mutation.Path} = {mutation.Value}: {problem?.GetType().Name} {problem?.Message}";
            if (problem is not (null or BackboneConfigurationException or AdapterFolderException)
                || problem?.Message.Contains('\n', StringComparison.Ordinal) == true
                || (problem is null && mutation.IsOtherType && !idle.Any(mutation.Path.StartsWith)))
                wrong.Add(what);
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }
}
