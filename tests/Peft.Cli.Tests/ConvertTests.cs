using System.Text.Json;

namespace Peft.Cli.Tests;

public sealed class ConvertTests : IDisposable
{
    private static readonly string[] s_short = ["--train-limit", "64", "--dev-limit", "32", "--epochs", "1", "--max-length", "32"];
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-convert-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("lora", "hf-peft", null, "adapter_model.safetensors")]
    [InlineData("lora", "hf-peft", "pytorch", "adapter_model.bin")]
    [InlineData("pfeiffer", "adapterhub", null, "pytorch_adapter.bin pytorch_model_head.bin")]
    [InlineData("pfeiffer", "adapterhub", "safetensors", "adapter.safetensors model_head.safetensors")]
    public void There_and_back_is_the_same_adapter(string method, string format, string? weights, string files)
    {
        Assert.Equal(0, Cli.Run(["train", "--method", method, "--output", At("run"), .. s_short]).ExitCode);
        var there = Cli.Run(
            ["convert", "--to", format, At("run"), At("theirs"), "--json", .. weights is null ? (string[])[] : ["--weights", weights]]);
        Assert.True(there.ExitCode == 0, there.Error);
        Assert.Equal(files.Split(' '), Directory.GetFiles(At("theirs")).Select(file => Path.GetFileName(file))
            .Where(file => !file.EndsWith(".json", StringComparison.Ordinal)).Order());
        using var report = JsonDocument.Parse(there.Output);
        Assert.Equal(("peft", format), (report.RootElement.GetProperty("from").GetString(), report.RootElement.GetProperty("to")
            .GetString()));
        var back = Cli.Run("convert", "--to", "peft", At("theirs"), At("ours"));
        Assert.True(back.ExitCode == 0, back.Error);
        var difference = Cli.Run("diff", At("run"), At("ours"));
        Assert.True(difference.ExitCode == 0, difference.Output);
    }

    [Fact]
    public void A_mixture_leaves_as_the_plain_method_that_it_is_at_inference()
    {
        Assert.Equal(0, Cli.Run(["train", "--method", "adamix(lora)", "--output", At("run"), .. s_short]).ExitCode);
        Assert.Equal(0, Cli.Run("convert", "--to", "hf-peft", At("run"), At("theirs")).ExitCode);
        Assert.Equal(0, Cli.Run("convert", "--to", "peft", At("theirs"), At("ours")).ExitCode);
        Assert.Equal(0, Cli.Run("diff", Path.Combine(At("run"), "adapter-merged"), At("ours")).ExitCode);
        Assert.Equal(0, Cli.Run("merge", At("theirs"), "--into", At("checkpoint")).ExitCode);
        Assert.Equal(0, Cli.Run("merge", At("run"), "--into", At("direct")).ExitCode);
        Assert.Equal(0, Cli.Run("diff", At("checkpoint"), At("direct"), "--tolerance", "1e-6").ExitCode);
    }

    [Fact]
    public void A_published_adapter_becomes_ours_with_nothing_but_a_configuration_of_its_backbone()
    {
        var source = Peft.Testing.SharedData.Require("data", "adapters", "roberta-base-lora-r8-mrpc-peft");
        Directory.CreateDirectory(At("roberta-base"));
        File.WriteAllText(Path.Combine(At("roberta-base"), "config.json"), """
            {"model_type": "roberta", "vocab_size": 60, "hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": 3072,
             "max_position_embeddings": 514, "type_vocab_size": 1, "pad_token_id": 1, "layer_norm_eps": 1e-5}
            """);
        var refused = Cli.Run("convert", "--to", "peft", source, At("ours"));
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("roberta-base", refused.Error, StringComparison.Ordinal);
        var done = Cli.Run("convert", "--to", "peft", source, At("ours"), "--backbone", At("roberta-base"));
        Assert.True(done.ExitCode == 0, done.Error);
        Assert.Equal(0, Cli.Run("convert", "--to", "hf-peft", At("ours"), At("theirs")).ExitCode);
        Assert.Equal(0, Cli.Run("diff", source, At("theirs")).ExitCode);

        var loralib = Peft.Testing.SharedData.Require("data", "adapters", "roberta-base-lora-mnli-loralib");
        string[] convert = ["convert", "--from", "loralib", "--to", "hf-peft", loralib, At("mnli"), "--backbone", At("roberta-base")];
        Assert.Contains("lora.alpha", Cli.Run(convert).Error, StringComparison.Ordinal);
        Assert.Equal(0, Cli.Run([.. convert, "--set", "lora.alpha=16"]).ExitCode);
    }

    [Fact]
    public void What_cannot_be_converted_is_refused_and_nothing_is_written()
    {
        Assert.Equal(0, Cli.Run(["train", "--method", "houlsby", "--output", At("run"), .. s_short]).ExitCode);
        Assert.Contains("no type for houlsby", Cli.Run("convert", "--to", "hf-peft", At("run"), At("out")).Error, StringComparison.Ordinal);
        Assert.Contains("houlsby is not lora", Cli.Run("convert", "--to", "loralib", At("run"), At("out")).Error, StringComparison.Ordinal);
        Assert.Equal(2, Cli.Run("convert", "--to", "gguf", At("run"), At("out")).ExitCode);
        Assert.Equal(2, Cli.Run("convert", "--from", "zip", "--to", "peft", At("run"), At("out")).ExitCode);
        Assert.Equal(2, Cli.Run("convert", "--to", "peft", At("run"), At("out"), "--set", "nonsense").ExitCode);
        Assert.Equal(2, Cli.Run("convert", "--to", "adapterhub", At("run"), At("out"), "--weights", "gguf").ExitCode);
        Assert.Contains("safetensors alone", Cli.Run(
            "convert", "--to", "peft", At("run"), At("out"), "--weights", "pytorch").Error, StringComparison.Ordinal);
        Assert.Contains("not an empty folder", Cli.Run(
            "convert", "--to", "adapterhub", At("run"), At("run")).Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(At("out")));
    }

    private string At(string name) => Path.Combine(_folder, name);
}
