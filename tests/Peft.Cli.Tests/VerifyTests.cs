using Peft.Data;

namespace Peft.Cli.Tests;

public sealed class VerifyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-verify-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("bert_cls")]
    [InlineData("bert_mlm")]
    [InlineData("roberta_cls")]
    [InlineData("roberta_mlm")]
    [InlineData("adamix_bert_shared_up")]
    [InlineData("adamix_roberta_shared_up")]
    [InlineData("adamix_roberta_unshared")]
    [InlineData("adamix_roberta_regression")]
    [InlineData("peft_bert_lora")]
    [InlineData("peft_bert_houlsby")]
    [InlineData("peft_bert_pfeiffer")]
    [InlineData("gpt2_lm")]
    [InlineData("gpt2_lora_only")]
    [InlineData("adamix_gpt2_lora_shared_b")]
    [InlineData("adamix_gpt2_adapter_shared_up")]
    public void Recorded_numbers_of_independent_implementations_hold(string name)
    {
        var result = Cli.Run("verify", SharedData.Require("golden", name));
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        Assert.Contains("checks pass", result.Output);
    }

    /// <summary>The encoder of a recorded case as <c>BertModel</c> saves it: keys without a prefix and no head.</summary>
    [Fact]
    public void A_bare_encoder_is_verified()
    {
        var source = SharedData.Require("golden", "bert_cls");
        File.Copy(Path.Combine(source, "config.json"), Path.Combine(_folder, "config.json"));
        Copy(source, "model.safetensors", key => key.StartsWith("bert.", StringComparison.Ordinal) ? key["bert.".Length..] : null);
        Copy(source, "expected.safetensors", key => key == "output.logits" ? null : key);
        var result = Cli.Run("verify", _folder);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        Assert.Contains("output.last_hidden_state", result.Output, StringComparison.Ordinal);
        Assert.Contains("checks pass", result.Output, StringComparison.Ordinal);
    }

    private void Copy(string source, string name, Func<string, string?> newKey)
    {
        using var archive = SafetensorsFile.Open(Path.Combine(source, name));
        SafetensorsWriter.Write(Path.Combine(_folder, name), archive.Tensors.Where(pair => newKey(pair.Key) is not null).Select(pair =>
        {
            var bytes = new byte[pair.Value.ByteCount];
            archive.CopyTo(pair.Key, 0, bytes);
            return new TensorSource(newKey(pair.Key)!, pair.Value.DType, pair.Value.Shape, bytes);
        }).ToList());
    }

    [Theory]
    [InlineData("bert-tiny-sst2-encoder")]
    [InlineData("rnabert")]
    [InlineData("gpt-nano-sort")]
    public void Published_models_reproduce_their_stored_states(string name)
    {
        var result = Cli.Run("verify", SharedData.Require("data", "models", name));
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
    }

    [Fact]
    public void Token_ids_are_the_reference_tokenizers()
    {
        var result = Cli.Run("verify", SharedData.Require("golden", "tokenizers"), "--vocab", SharedData.Require("data", "vocab"));
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        Assert.Contains("0 of 3485 rows differ", result.Output);
    }

    [Theory]
    [InlineData("peft_bert_lora", "grad.bert.encoder.layer.1.attention.self.value.lora_A")]
    [InlineData("adamix_roberta_shared_up", "output.merged_eval_logits")]
    [InlineData("bert_cls", "output.hidden_2")]
    public void One_changed_number_fails(string name, string tensor)
    {
        var source = SharedData.Require("golden", name);
        foreach (var file in Directory.GetFiles(source))
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        List<TensorSource> tensors;
        using (var expected = SafetensorsFile.Open(Path.Combine(source, "expected.safetensors")))
        {
            tensors =
            [
                .. expected.Tensors.Values.Select(info =>
                    new TensorSource(info.Name, info.DType, info.Shape, Changed(expected.Bytes(info.Name).ToArray(), info.Name == tensor))),
            ];
        }

        SafetensorsWriter.Write(Path.Combine(_folder, "expected.safetensors"), tensors);
        var result = Cli.Run("verify", _folder);
        Assert.Equal(PeftCommand.Failure, result.ExitCode);
        Assert.Contains("FAIL", result.Output.Split('\n').Single(line => line.EndsWith(tensor, StringComparison.Ordinal)));
    }

    /// <summary>A NaN in the first element: no comparison with it may pass.</summary>
    private static byte[] Changed(byte[] bytes, bool change)
    {
        if (change)
            BitConverter.GetBytes(float.NaN).CopyTo(bytes, 0);
        return bytes;
    }
}
