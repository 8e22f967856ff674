using System.Text.Json;
using Peft.Models;
using static TorchSharp.torch;

namespace Peft.Cli.Tests;

public sealed class MergeTests : IDisposable
{
    private static readonly string[] s_short = ["--train-limit", "64", "--dev-limit", "64", "--epochs", "1", "--max-length", "32"];
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-merge-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("lora")]
    [InlineData("adamix(lora)")]
    [InlineData("ia3")]
    [InlineData("full")]
    public void A_run_becomes_a_checkpoint_with_its_predictions(string method)
    {
        var (run, merged) = (Path.Combine(_folder, "run"), Path.Combine(_folder, "merged"));
        var trained = Cli.Run(["train", "--method", method, "--learning-rate", "0.01", "--output", run, .. s_short]);
        Assert.True(trained.ExitCode == 0, trained.Error);
        var done = Cli.Run("merge", run, "--into", merged, "--json");
        Assert.True(done.ExitCode == 0, done.Error);
        using var report = JsonDocument.Parse(done.Output);
        Assert.Equal(method, report.RootElement.GetProperty("method").GetString());

        // The merged checkpoint, with nothing of ours attached, says what the run says.
        using var scope = NewDisposeScope();
        using var model = Pretrained.Classifier(merged);
        model.eval();
        var tokenizer = Peft.Data.TokenizerFiles.Load(merged);
        var logits = model.call(
            new EncoderInputs(tensor(tokenizer.Encode("the film was good").Ids.Select(id => (long)id).ToArray()).unsqueeze(0)));
        var expected = Cli.Run("predict", run, "--text", "the film was good", "--json");
        Assert.True(expected.ExitCode == 0, expected.Error);
        using var predicted = JsonDocument.Parse(expected.Output);
        Assert.Equal(predicted.RootElement.GetProperty("probability").GetDouble(), logits.softmax(-1).max().item<float>(), 1e-4);
        Assert.True(Cli.Run("inspect", merged).ExitCode == 0);

        // Names of the classes travel: in the adapter, and in the checkpoint's config.json.
        Assert.Contains("labels: negative, positive", Cli.Run("inspect", run).Output);
        using var config = JsonDocument.Parse(File.ReadAllText(Path.Combine(merged, "config.json")));
        Assert.Equal("positive", config.RootElement.GetProperty("id2label").GetProperty("1").GetString());
        Assert.Equal(0, config.RootElement.GetProperty("label2id").GetProperty("negative").GetInt32());
    }

    [Theory]
    [InlineData("pfeiffer", "cannot be merged")]
    [InlineData("prefix", "cannot be merged")]
    public void What_cannot_be_merged_is_refused_and_nothing_is_written(string method, string because)
    {
        var (run, merged) = (Path.Combine(_folder, "run"), Path.Combine(_folder, "merged"));
        Assert.Equal(0, Cli.Run(["train", "--method", method, "--output", run, .. s_short]).ExitCode);
        var refused = Cli.Run("merge", run, "--into", merged);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(method, refused.Error, StringComparison.Ordinal);
        Assert.Contains(because, refused.Error, StringComparison.Ordinal);
        Assert.Equal([run], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void A_folder_with_files_an_unknown_dtype_and_a_missing_backbone_are_refused()
    {
        var run = Path.Combine(_folder, "run");
        Assert.Equal(0, Cli.Run(["train", "--method", "lora", "--output", run, .. s_short]).ExitCode);
        Assert.Contains("not an empty folder", Cli.Run("merge", run, "--into", run).Error, StringComparison.Ordinal);
        Assert.Equal(2, Cli.Run("merge", run, "--into", Path.Combine(_folder, "a"), "--dtype", "int8").ExitCode);
        Assert.Equal(2, Cli.Run("merge", run, "--into", Path.Combine(_folder, "a"), "--backbone", Path.Combine(_folder, "none")).ExitCode);
        Assert.Contains("adapter.json", Cli.Run("merge", _folder, "--into", Path.Combine(_folder, "a")).Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder, "a")));
    }
}
