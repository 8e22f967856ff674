using System.Runtime.InteropServices;
using System.Text.Json;
using Peft.Models;
using Peft.Data;
using static TorchSharp.torch;

namespace Peft.Cli.Tests;

/// <summary>A small random GPT-2 whose vocabulary is the bytes and an end token, from prompts to texts.</summary>
public sealed class GenerateTests : IDisposable
{
    private const string Config = """
        {"model_type": "gpt2", "vocab_size": 257, "n_embd": 8, "n_layer": 1, "n_head": 2, "n_positions": 40, "tie_word_embeddings": false}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("peft-generate-").FullName;

    public GenerateTests()
    {
        File.WriteAllText(Path.Combine(_folder, "config.json"), Config);
        File.WriteAllText(Path.Combine(_folder, "merges.txt"), "#version: 0.2\n");
        string[] tokens = [.. ByteCharacters(), "<|endoftext|>"];
        File.WriteAllText(Path.Combine(_folder, "vocab.json"), JsonSerializer.Serialize(tokens.Select((token, id) => (token, id))
            .ToDictionary(pair => pair.token, pair => pair.id)));
        manual_seed(3);
        SafetensorsWriter.Write(Path.Combine(_folder, "model.safetensors"), Weights());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void It_prints_what_the_generator_gives_and_json_says_all()
    {
        var result = Run("--prompt", "ab", "longer prompt", "--max-new-tokens", "12", "--beam", "3", "--length-penalty", "0.5", "--json");
        Assert.True(result.ExitCode == 0, result.Error);
        var expected = Expected(["ab", "longer prompt"], new() { MaxNewTokens = 12, Beams = 3, LengthPenalty = 0.5 });
        var lines = result.Output.TrimEnd('\n').Split('\n');
        Assert.Equal(2, lines.Length);
        for (var row = 0; row < 2; row++)
        {
            using var json = JsonDocument.Parse(lines[row]);
            Assert.Equal(expected[row].Tokens, json.RootElement.GetProperty("tokens").EnumerateArray().Select(id => id.GetInt32()));
            Assert.Equal(expected[row].Score, json.RootElement.GetProperty("score").GetDouble(), 1e-4);
            Assert.Equal(TokenizerFiles.Load(_folder).Decode(expected[row].Tokens), json.RootElement.GetProperty("text").GetString());
        }
    }

    [Fact]
    public void A_file_of_prompts_becomes_a_file_of_texts_whatever_the_batches()
    {
        var (input, output) = (Path.Combine(_folder, "in"), Path.Combine(_folder, "out"));
        File.WriteAllText(input, "one\ntwo and more\nthree\n");
        var contents = new HashSet<string>();
        foreach (var size in (string[])["1", "2", "3"])
        {
            var result = Run(
                "--input", input, "--output", output, "--batch-size", size, "--sample", "--top-k", "20", "--seed", "5", "--max-new-tokens",
                "10", "--json");
            Assert.True(result.ExitCode == 0, result.Error);
            Assert.Equal("", result.Output);
            Assert.Equal(3, File.ReadAllLines(output).Length);
            contents.Add(string.Join('|', File.ReadAllLines(output)
                .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("tokens").GetRawText())));
        }

        Assert.Single(contents);
        Assert.Equal(0, Run("--input", input, "--output", output, "--preset", "adamix-nlg", "--max-new-tokens", "10").ExitCode);
        Assert.Equal(3, File.ReadAllLines(output).Length);
    }

    [Theory]
    [InlineData("adapter")]
    [InlineData("run/adapter")]
    public void An_adapter_acts(string place)
    {
        using var peft = new PeftModel(Pretrained.LanguageModel(_folder));
        var registry = Composition.Registry();
        peft.Attach(MethodExpression.Parse(registry, "adamix(lora)", new Dictionary<string, string>()), seed: 1);
        using (no_grad())
        {
            foreach (var (_, parameter) in peft.Adapter!.NamedParameters)
                parameter.add_(randn(parameter.shape));
        }

        AdapterFolder.Save(peft, Path.Combine(_folder, place));
        var ids = BackboneTokens("the prompt");
        var expected = new TokenGenerator((CausalLanguageModel)peft.Backbone, peft.Run)
            .Generate([ids], new() { MaxNewTokens = 15 })[0].Tokens;
        Assert.NotEqual(expected, Expected(["the prompt"], new() { MaxNewTokens = 15 })[0].Tokens);
        var result = Run(
            "--adapter", Path.Combine(_folder, place.Split('/')[0]), "--prompt", "the prompt", "--max-new-tokens", "15", "--json");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(expected, JsonDocument.Parse(result.Output).RootElement.GetProperty("tokens").EnumerateArray()
            .Select(id => id.GetInt32()));
    }

    [Theory]
    [InlineData(2, "either --prompt")]
    [InlineData(2, "there is no preset 'best'", "--prompt", "a", "--preset", "best")]
    [InlineData(2, "--beam is 0", "--prompt", "a", "--beam", "0")]
    [InlineData(2, "--top-k is 3: has no effect unless --sample is set", "--prompt", "a", "--top-k", "3")]
    [InlineData(2, "--end-token is 257", "--prompt", "a", "--end-token", "257", "--max-new-tokens", "5")]
    [InlineData(1, "the backbone has 40 positions", "--prompt", "a")]
    [InlineData(1, "prompt 0 is empty", "--prompt", "", "--max-new-tokens", "5")]
    [InlineData(1, "adapter.json", "--prompt", "a", "--adapter", "nowhere")]
    [InlineData(1, "nowhere", "--input", "nowhere")]
    public void Bad_input_is_one_line(int code, string said, params string[] arguments)
    {
        var result = Run(arguments);
        Assert.True(code == result.ExitCode, $"exit {result.ExitCode}: {result.Output}{result.Error}");
        Assert.Contains(said, result.Error);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void An_output_that_cannot_be_written_leaves_no_other_file()
    {
        var output = Path.Combine(_folder, "out");
        Directory.CreateDirectory(output);
        var before = Directory.GetFileSystemEntries(_folder).Order().ToList();
        var result = Run("--prompt", "a", "--max-new-tokens", "5", "--output", output);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"{output}: could not be written", result.Error);
        Assert.Equal(before, Directory.GetFileSystemEntries(_folder).Order());
    }

    private Cli Run(params string[] arguments) => Cli.Run(["generate", "--backbone", _folder, "--device", "cpu", .. arguments]);

    private IReadOnlyList<GeneratedSequence> Expected(string[] prompts, GenerationOptions options)
    {
        using var model = Pretrained.LanguageModel(_folder);
        return new TokenGenerator(model).Generate([.. prompts.Select(BackboneTokens)], options);
    }

    private IReadOnlyList<int> BackboneTokens(string text) => [.. TokenizerFiles.Load(_folder).Encode(text).Ids];

    private static IEnumerable<TensorSource> Weights()
    {
        (string Name, long[] Shape)[] shapes =
        [
            ("wte.weight", [257, 8]), ("wpe.weight", [40, 8]), ("h.0.ln_1.weight", [8]), ("h.0.ln_1.bias", [8]),
            ("h.0.attn.c_attn.weight", [8, 24]), ("h.0.attn.c_attn.bias", [24]),
            ("h.0.attn.c_proj.weight", [8, 8]), ("h.0.attn.c_proj.bias", [8]), ("h.0.ln_2.weight", [8]), ("h.0.ln_2.bias", [8]),
                ("h.0.mlp.c_fc.weight", [8, 32]),
            ("h.0.mlp.c_fc.bias", [32]), ("h.0.mlp.c_proj.weight", [32, 8]), ("h.0.mlp.c_proj.bias", [8]), ("ln_f.weight", [8]),
                ("ln_f.bias", [8]),
        ];
        return shapes.Select(tensor => (Name: "transformer." + tensor.Name, tensor.Shape)).Append(("lm_head.weight", [257, 8]))
            .Select(tensor => new TensorSource(
            tensor.Item1, DType.F32, tensor.Item2, MemoryMarshal.AsBytes(randn(tensor.Item2).data<float>().ToArray().AsSpan()).ToArray()));
    }

    /// <summary>GPT-2's character for each byte: itself where it can be seen, else the next from U+0100.</summary>
    private static IEnumerable<string> ByteCharacters()
    {
        var next = 256;
        for (var value = 0; value < 256; value++)
            yield return ((char)(value is (>= 33 and <= 126) or (>= 161 and <= 172) or >= 174 ? value : next++)).ToString();
    }
}
