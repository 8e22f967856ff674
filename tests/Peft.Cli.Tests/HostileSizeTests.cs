using System.Text.Json.Nodes;

namespace Peft.Cli.Tests;

/// <summary>Descriptions that ask for far more than the files beside them have are refused before memory is allocated.</summary>
public sealed class HostileSizeTests : IDisposable
{
    private static readonly string[] s_small = ["--train-limit", "8", "--dev-limit", "8", "--max-steps", "1", "--max-length", "16"];
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-sizes-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Run => Path.Combine(_folder, "run");

    private string Converted => Path.Combine(_folder, "converted");

    [Fact]
    public void An_adapters_rank_is_compared_with_its_file()
    {
        Train("lora");
        Change(Path.Combine(Run, "adapter", "adapter.json"), file => file["parts"]![0]!["options"]!["rank"] = "500000");
        AssertRefused("adapter.json asks for at least 128,000,000 elements");
    }

    [Theory]
    [InlineData(1_000_000, "experts is 1000000; expected 1 to 1024")]
    [InlineData(1024, "does not fit its own description")]
    public void The_number_of_experts_is_compared_with_the_file(int experts, string expected)
    {
        Train("adamix(lora)");
        Change(Path.Combine(Run, "adapter", "adapter.json"), file => file["mixture"]!["experts"] = experts);
        AssertRefused(expected);
    }

    [Fact]
    public void Weights_of_experts_whose_sum_overflows_are_refused()
    {
        Train("adamix(lora)");
        Change(
            Path.Combine(Run, "adapter", "adapter.json"),
            file => file["mixture"]!["weights"] = new JsonArray(1e308, 1e308, 1e308, 1e308));
        AssertRefused("adapter.json field mixture", "finite sum");
    }

    [Fact]
    public void Another_librarys_rank_is_compared_with_its_file()
    {
        Train("lora");
        Assert.Equal(0, Cli.Run("convert", Run, Converted, "--to", "hf-peft").ExitCode);
        Change(Path.Combine(Converted, "adapter_config.json"), file => file["r"] = 500_000);
        var result = Cli.Run("convert", Converted, Path.Combine(_folder, "back"), "--to", "peft", "--backbone", "builtin");
        Assert.Equal(PeftCommand.Failure, result.ExitCode);
        Assert.Contains("does not fit its own description", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("num_hidden_layers", 100_000, "at most 1,024")]
    [InlineData("num_hidden_layers", 1_000, "describes 1,000 layers")]
    [InlineData("hidden_size", 2_000_000_000, "at most 1,048,576")]
    [InlineData("hidden_size", 1_048_576, "at least")]
    [InlineData("intermediate_size", 1_048_576, "at least")]
    [InlineData("vocab_size", 100_000_000, "at least")]
    [InlineData("max_position_embeddings", 100_000_000, "at least")]
    [InlineData("num_labels", 2_000_000_000, "at most 1,048,576")]
    public void A_configurations_sizes_are_compared_with_the_weights(string field, long value, string expected)
    {
        var backbone = Merged();
        Change(Path.Combine(backbone, "config.json"), file => file[field] = value);
        var result = Cli.Run(["train", "--backbone", backbone, .. s_small]);
        Assert.Equal(PeftCommand.Failure, result.ExitCode);
        Assert.Contains("config.json", result.Error, StringComparison.Ordinal);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_without_weights_says_that_the_model_does_not_fit_into_memory()
    {
        var backbone = Merged();
        Change(Path.Combine(backbone, "config.json"), file => (file["num_hidden_layers"], file["hidden_size"]) = (1000, 65536));
        File.Delete(Path.Combine(backbone, "model.safetensors"));
        var result = Cli.Run("plan", "--method", "lora", "--backbone", backbone);
        Assert.Equal(PeftCommand.Failure, result.ExitCode);
        Assert.Contains("do not fit into memory", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2000000000", "new parameters")]
    public void A_method_whose_parameters_do_not_fit_into_memory_is_refused(string rank, string expected)
    {
        var result = Cli.Run(["train", "--method", "lora", "--set", $"lora.rank={rank}", .. s_small]);
        Assert.Equal(PeftCommand.Failure, result.ExitCode);
        Assert.Contains("method lora", result.Error, StringComparison.Ordinal);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    /// <summary>A run of a larger machine is used with the threads that this one can have.</summary>
    [Fact]
    public void A_recorded_number_of_threads_is_capped()
    {
        Train("lora");
        Change(Path.Combine(Run, "result.json"), file => file["settings"]!["threads"] = 100_000);
        try
        {
            Assert.Equal(0, Cli.Run("predict", Run, "--text", "a fine film").ExitCode);
            Assert.InRange(TorchSharp.torch.get_num_threads(), 1, Training.ComputeThreads.Most);
        }
        finally
        {
            Training.ComputeThreads.Use(0);
        }
    }

    private string Merged()
    {
        Train("lora");
        var folder = Path.Combine(_folder, "merged");
        var result = Cli.Run("merge", Run, "--into", folder);
        Assert.True(result.ExitCode == 0, result.Error);
        return folder;
    }

    private void Train(string method)
    {
        var result = Cli.Run(["train", "--method", method, "--output", Run, .. s_small]);
        Assert.True(result.ExitCode == 0, result.Error);
    }

    private void AssertRefused(params string[] parts)
    {
        var result = Cli.Run("predict", Run, "--text", "a fine film");
        Assert.Equal(PeftCommand.Failure, result.ExitCode);
        Assert.All(parts, part => Assert.Contains(part, result.Error, StringComparison.Ordinal));
    }

    private static void Change(string path, Action<JsonObject> change)
    {
        var file = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(file);
        File.WriteAllText(path, file.ToJsonString());
    }
}
