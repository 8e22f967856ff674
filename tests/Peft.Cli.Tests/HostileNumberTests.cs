namespace Peft.Cli.Tests;

/// <summary>Odd numbers on the command line, huge settings and values that are not finite are refused or mean what they say.</summary>
public sealed class HostileNumberTests : IDisposable
{
    private static readonly string[] s_small = ["--train-limit", "8", "--dev-limit", "8", "--max-length", "16"];
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-hostile-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("train", "--learning-rate", "0,003")]
    [InlineData("train", "--weight-decay", "0,01")]
    [InlineData("train", "--epochs", "1,000")]
    [InlineData("train", "--epochs", "0x10")]
    [InlineData("train", "--warmup-ratio", "\u0660.5")]
    [InlineData("generate", "--temperature", "0,5")]
    [InlineData("generate", "--top-p", "NaN")]
    [InlineData("generate", "--length-penalty", "1e999")]
    [InlineData("generate", "--max-new-tokens", "1,000")]
    [InlineData("diff", "--tolerance", "0,5")]
    public void Numbers_have_a_point_and_no_separators(string command, string option, string value)
    {
        string[] operands = command == "diff" ? ["a", "b"] : [];
        var result = Cli.Run([command, .. operands, option, value]);
        Assert.Equal(PeftCommand.Usage, result.ExitCode);
        Assert.Contains($"{option}: '{value}' is not a", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--epochs", "1000000000")]
    [InlineData("--epochs", "2147483647")]
    [InlineData("--batch-size", "2147483647")]
    [InlineData("--gradient-accumulation", "2147483647")]
    public void Huge_settings_do_not_overflow(string option, string value)
    {
        // 80 rows are three batches: the product with the epochs is beyond 32 bits
        var result = Cli.Run(
            "train", "--train-limit", "80", "--dev-limit", "8", "--max-length", "16", option, value, "--max-steps", "2", "--output",
            Path.Combine(_folder, "run"));
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("epoch 1: train loss", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Adapters_with_values_that_are_not_finite_are_refused(float value)
    {
        var run = Path.Combine(_folder, "run");
        Assert.Equal(0, Cli.Run(["train", .. s_small, "--max-steps", "1", "--output", run]).ExitCode);
        Spoil(Path.Combine(run, "adapter", "adapter.safetensors"), value);
        string[][] commands =
        [
            ["predict", run, "--text", "a fine film"], ["eval", run], ["merge", run, "--into", Path.Combine(_folder, "merged")],
            ["convert", run, Path.Combine(_folder, "converted"), "--to", "hf-peft"],
        ];
        foreach (var command in commands)
        {
            var result = Cli.Run(command);
            Assert.NotEqual(0, result.ExitCode);
            Assert.Contains("not finite (NaN or infinite) in [", result.Error, StringComparison.Ordinal);
        }
    }

    /// <summary>Overwrites the last value of the file, and the checksum that names it.</summary>
    private static void Spoil(string file, float value)
    {
        var bytes = File.ReadAllBytes(file);
        BitConverter.TryWriteBytes(bytes.AsSpan(bytes.Length - 4), value);
        var before = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)));
        File.WriteAllBytes(file, bytes);
        var after = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
        var manifest = Path.Combine(Path.GetDirectoryName(file)!, "adapter.json");
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace(before, after, StringComparison.OrdinalIgnoreCase));
    }
}
