namespace Peft.Cli.Tests;

public sealed class BadInputTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-bad-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(2, "the nearest is 'lora'", "train", "--method", "lorra")]
    [InlineData(2, "lora.rank", "train", "--method", "lora", "--set", "lora.rank=0")]
    [InlineData(2, "rank", "train", "--method", "lora", "--set", "lora.rnk=4")]
    [InlineData(2, "for the setting lroa.rank: 'lroa'; the nearest is 'lora'", "train", "--method", "lora", "--set", "lroa.rank=4")]
    [InlineData(2, "for the setting nosuchmethod.size", "train", "--method", "adamix(lora)", "--set", "nosuchmethod.size=4")]
    [InlineData(2, "querry", "train", "--method", "lora", "--set", "lora.sites=querry")]
    [InlineData(2, "AfterAttention", "train", "--method", "lora", "--set", "lora.sites=afterAttention")]
    [InlineData(2, "adamix.experts", "train", "--method", "adamix(lora)", "--set", "adamix.experts=0")]
    [InlineData(2, "no group 'sideways'", "train", "--method", "adamix(lora)", "--set", "adamix.share=sideways")]
    [InlineData(2, "method.option=value", "train", "--set", "rank=8")]
    [InlineData(2, "--epochs", "train", "--epochs", "0")]
    [InlineData(2, "--learning-rate", "train", "--learning-rate", "-1")]
    [InlineData(2, "positions", "train", "--max-length", "4000")]
    [InlineData(2, "--device", "train", "--device", "gpu")]
    [InlineData(2, "--data", "train", "--task", "sst2")]
    [InlineData(2, "nosuchtask", "train", "--task", "nosuchtask", "--data", ".")]
    [InlineData(2, "peft --help", "trian")]
    [InlineData(2, "not in the backbone's vocabulary", "train", "--method", "prompt", "--set", "prompt.ids=7 9999")]
    [InlineData(1, "no such folder", "train", "--backbone", "no/such/folder")]
    [InlineData(1, "no such folder", "verify", "no/such/folder")]
    [InlineData(1, "result.json", "eval", ".")]
    public void One_line_names_the_thing_and_the_exit_code_says_whose_fault_it_is(int code, string part, params string[] arguments)
    {
        var result = Cli.Run(arguments);
        Assert.True(code == result.ExitCode, $"exit {result.ExitCode}: {result.Output}{result.Error}");
        Assert.Contains(part, result.Error);
        Assert.StartsWith("peft: ", result.Error);
    }

    [Fact]
    public void A_truncated_checkpoint_is_refused()
    {
        var source = Path.Combine(AppContext.BaseDirectory, "assets", "tiny-bert-en");
        foreach (var file in Directory.GetFiles(source))
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        using (var weights = File.OpenWrite(Path.Combine(_folder, "model.safetensors")))
            weights.SetLength(weights.Length - 100);
        AssertFails("model.safetensors", "train", "--backbone", _folder);
    }

    [Fact]
    public void A_vocabulary_larger_than_the_embedding_is_refused()
    {
        var source = Path.Combine(AppContext.BaseDirectory, "assets", "tiny-bert-en");
        foreach (var file in Directory.GetFiles(source))
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        File.AppendAllText(Path.Combine(_folder, "vocab.txt"), "onemoretoken\n");
        AssertFails("8193 tokens", "train", "--backbone", _folder);
    }

    [Fact]
    public void Weights_of_another_shape_are_refused_naming_them()
    {
        var source = Path.Combine(AppContext.BaseDirectory, "assets", "tiny-bert-en");
        foreach (var file in Directory.GetFiles(source))
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        var config = Path.Combine(_folder, "config.json");
        File.WriteAllText(config, File.ReadAllText(config)
            .Replace("\"intermediate_size\": 1024", "\"intermediate_size\": 512", StringComparison.Ordinal));
        AssertFails("intermediate.dense.weight", "train", "--backbone", _folder);
    }

    [Theory]
    [InlineData("sentence\tlabel\ngood\t7\n", "7")]
    [InlineData("sentence\tlabel\n", "train.tsv")]
    [InlineData("", "train.tsv")]
    public void A_bad_data_file_is_named(string content, string part)
    {
        File.WriteAllText(Path.Combine(_folder, "train.tsv"), content);
        File.WriteAllText(Path.Combine(_folder, "dev.tsv"), "sentence\tlabel\nfine\t1\n");
        AssertFails(part, "train", "--task", "sst2", "--data", _folder);
    }

    [Fact]
    public void An_output_that_cannot_be_written_is_found_before_training()
    {
        var file = Path.Combine(_folder, "occupied");
        File.WriteAllText(file, "");
        var result = Cli.Run("train", "--output", Path.Combine(file, "run"));
        Assert.Equal(PeftCommand.Usage, result.ExitCode);
        Assert.Contains("cannot be written", result.Error);
    }

    private static void AssertFails(string part, params string[] arguments)
    {
        var result = Cli.Run(arguments);
        Assert.Equal(PeftCommand.Failure, result.ExitCode);
        Assert.Contains(part, result.Error);
        Assert.Single(result.Error.TrimEnd().Split('\n'), line => !line.Contains("left out as heads", StringComparison.Ordinal));
    }
}
