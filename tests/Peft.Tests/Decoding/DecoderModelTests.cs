using Peft.Models;
using Peft.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.Decoding;

/// <summary>GPT-2's files and its classification head.</summary>
public sealed class DecoderModelTests : IDisposable
{
    private const int Width = 4;
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-decoder-").FullName;
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Fused_and_transposed_matrices_become_linear_maps()
    {
        var stored = Write("""{"model_type":"gpt2","vocab_size":7,"n_embd":4,"n_layer":1,"n_head":2,"n_positions":6}""");
        using var model = Pretrained.LanguageModel(_folder);
        var found = model.named_parameters().ToDictionary(pair => pair.Item1, pair => pair.Item2);
        string[] parts = ["query", "key", "value"];
        for (var part = 0; part < 3; part++)
        {
            var name = $"transformer.h.0.attn.{parts[part]}";
            Assert.Equal(stored["transformer.h.0.attn.c_attn.weight"].narrow(1, part * Width, Width).t().contiguous().data<float>()
                .ToArray(), found[name + ".weight"].data<float>().ToArray());
            Assert.Equal(stored["transformer.h.0.attn.c_attn.bias"].narrow(0, part * Width, Width).data<float>()
                .ToArray(), found[name + ".bias"].data<float>().ToArray());
        }

        foreach (var name in (
            string[])["transformer.h.0.attn.c_proj.weight", "transformer.h.0.mlp.c_fc.weight", "transformer.h.0.mlp.c_proj.weight"])
            Assert.Equal(stored[name].t().contiguous().data<float>().ToArray(), found[name].data<float>().ToArray());
        Assert.Equal(stored["transformer.wte.weight"].data<float>().ToArray(), found["transformer.wte.weight"].data<float>().ToArray());
    }

    [Theory]
    [InlineData("\"n_head\":3", "n_head")]
    [InlineData("\"n_head\":2,\"activation_function\":\"selu\"", "activation_function")]
    [InlineData("\"n_head\":2,\"tie_word_embeddings\":1", "tie_word_embeddings")]
    public void A_wrong_field_is_named(string fields, string named)
    {
        Write("""{"model_type":"gpt2","vocab_size":7,"n_embd":4,"n_layer":1,"n_positions":6,""" + fields + "}");
        var problem = Assert.Throws<BackboneConfigurationException>(() => Pretrained.LanguageModel(_folder));
        Assert.Contains("config.json", problem.Message);
        Assert.Contains($"field {named}", problem.Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_classifier_reads_the_last_real_token(bool padsLeft)
    {
        manual_seed(1).Dispose();
        using var model = new DecoderClassifier(TinyDecoder.Config() with { Labels = 3 });
        model.eval();
        long[] text = [3, 1, 4, 1];
        var alone = model.call(new DecoderInputs(tensor(text, 1, 4)));
        long[] ids = padsLeft ? [9, 9, .. text] : [.. text, 9, 9];
        long[] mask = padsLeft ? [0, 0, 1, 1, 1, 1] : [1, 1, 1, 1, 0, 0];
        var padded = model.call(new DecoderInputs(tensor(ids, 1, 6), tensor(mask, 1, 6)));
        Assert.True((alone - padded).abs().max().ToSingle() < 1e-5, "padding changed the logits");
        Assert.Equal([1L, 3L], alone.shape);
    }

    [Fact]
    public void More_tokens_than_positions_are_refused()
    {
        using var model = TinyDecoder.Model(positions: 4);
        Assert.Contains("4", Assert.Throws<SequenceTooLongException>(() => model.call(new DecoderInputs(zeros([1, 5], int64)))).Message);
    }

    [Fact]
    public void Gates_refuse_a_cache_where_rows_draw_for_themselves()
    {
        using var subject = new DecoderSubject("lora", mixed: true, "lora.gated=true adamix.routing=example adamix.inference=random");
        using var cache = new KeyValueCache();
        using var quiet = no_grad();
        Assert.Throws<PassHistoryException>(
            () => subject.Model.Run(() => subject.Language.call(new DecoderInputs(tensor(new long[] { 1, 2, 3, 4 }, 2, 2), Cache: cache))));
    }

    /// <summary>Writes a checkpoint of one layer with random values; gives what it wrote.</summary>
    private Dictionary<string, Tensor> Write(string config)
    {
        manual_seed(3).Dispose();
        File.WriteAllText(Path.Combine(_folder, "config.json"), config);
        const string Layer = "transformer.h.0.";
        var tensors = new Dictionary<string, Tensor>
        {
            ["transformer.wte.weight"] = randn(7, Width),
            ["transformer.wpe.weight"] = randn(6, Width),
            [Layer + "attn.bias"] = ones(1, 1, 6, 6),
            [Layer + "attn.c_attn.weight"] = randn(Width, 3 * Width),
            [Layer + "attn.c_attn.bias"] = randn(3 * Width),
            [Layer + "attn.c_proj.weight"] = randn(Width, Width),
            [Layer + "attn.c_proj.bias"] = randn(Width),
            [Layer + "mlp.c_fc.weight"] = randn(Width, 4 * Width),
            [Layer + "mlp.c_fc.bias"] = randn(4 * Width),
            [Layer + "mlp.c_proj.weight"] = randn(4 * Width, Width),
            [Layer + "mlp.c_proj.bias"] = randn(Width),
        };
        foreach (var norm in (string[])[Layer + "ln_1", Layer + "ln_2", "transformer.ln_f"])
        {
            tensors[norm + ".weight"] = randn(Width);
            tensors[norm + ".bias"] = randn(Width);
        }

        SafetensorsWriter.Write(
            Path.Combine(_folder, "model.safetensors"),
            tensors.Select(pair => new TensorSource(pair.Key, DType.F32, pair.Value.shape, pair.Value.bytes.ToArray())));
        return tensors;
    }
}
