using System.Text.Json;

namespace Peft.Cli.Tests;

/// <summary>A stranger's family of backbones, loaded by --plugins and trained from the command line.</summary>
public sealed class ForeignBackboneTests : IDisposable
{
    private const string Name = "ForeignBackbone";

    private static readonly string[] s_short =
        ["--train-limit", "32", "--dev-limit", "16", "--epochs", "1", "--max-steps", "3", "--batch-size", "8", "--max-length", "24",
            "--threads", "1", "--task", "builtin"];

    private readonly string _folder = Directory.CreateTempSubdirectory("peft-foreign-").FullName;

    public ForeignBackboneTests()
    {
        var release = Path.Combine(AppContext.BaseDirectory, "..", "..", Name, "release");
        foreach (var file in Directory.GetFiles(release, Name + ".*"))
            File.Copy(file, Path.Combine(Directory.CreateDirectory(Path.Combine(Plugins, Name)).FullName, Path.GetFileName(file)));
        Directory.CreateDirectory(Checkpoint);
        foreach (var name in (string[])["vocab.txt", "tokenizer_config.json"])
            File.Copy(Path.Combine(AppContext.BaseDirectory, "assets", "tiny-bert-en", name), Path.Combine(Checkpoint, name));
        Configure("mini-distil", File.ReadLines(Path.Combine(Checkpoint, "vocab.txt")).Count());
    }

    private string Plugins => Path.Combine(_folder, "plugins");

    private string Checkpoint => Path.Combine(_folder, "checkpoint");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("lora")]
    [InlineData("houlsby")]
    [InlineData("adamix(houlsby)")]
    public void It_is_trained_evaluated_and_predicts(string method)
    {
        var run = Path.Combine(_folder, "run");
        var trained = Cli.Run(
            ["--plugins", Plugins, "train", "--backbone", Checkpoint, "--method", method, "--output", run, "--json", .. s_short]);
        Assert.True(trained.ExitCode == 0, trained.Error);
        using var result = JsonDocument.Parse(trained.Output);
        Assert.Equal(3, result.RootElement.GetProperty("steps").GetInt32());
        var predicted = Cli.Run("--plugins", Plugins, "predict", run, "--text", "the food was good", "--top");
        Assert.True(predicted.ExitCode == 0, predicted.Error);
        Assert.Equal(2, predicted.Output.TrimEnd().Split('\n').Length);
    }

    [Fact]
    public void A_run_remembers_the_plugin_and_says_what_is_missing()
    {
        var run = Path.Combine(_folder, "run");
        var trained = Cli.Run(["--plugins", Plugins, "train", "--backbone", Checkpoint, "--output", run, .. s_short]);
        Assert.True(trained.ExitCode == 0, trained.Error);
        foreach (var file in (string[])["result.json", "adapter/adapter.json"])
        {
            using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, file)));
            var plugin = Assert.Single(json.RootElement.GetProperty("plugins").EnumerateArray());
            Assert.Equal(Name, plugin.GetProperty("assembly").GetString());
            Assert.Matches(@"^\d+\.\d+\.\d+$", plugin.GetProperty("version").GetString());
            Assert.Equal("mini-distil", Assert.Single(plugin.GetProperty("backbones").EnumerateArray()).GetString());
        }

        string[][] commands =
        [
            ["predict", run, "--text", "good"], ["eval", run], ["merge", run, "--into", Path.Combine(_folder, "merged")],
            ["convert", run, Path.Combine(_folder, "converted"), "--to", "peft"],
        ];
        foreach (var command in commands)
        {
            var result = Cli.Run(command);
            Assert.Equal(PeftCommand.Usage, result.ExitCode);
            Assert.Matches($@"the plugin {Name} \d+\.\d+\.\d+ \(backbone mini-distil\), which is not loaded", result.Error);
            Assert.Contains($"{Name}.dll with --plugins DIR", result.Error);
        }

        Assert.Contains($"{Name}.dll with --plugins DIR", Cli.Run("inspect", run).Output);
        var inspected = Cli.Run("inspect", run, "--plugins", Plugins).Output;
        Assert.Contains($"plugin: {Name} ", inspected);
        Assert.DoesNotContain("not loaded", inspected);
    }

    [Fact]
    public void Without_the_plugin_the_known_families_are_named()
    {
        var result = Cli.Run(["train", "--backbone", Checkpoint, .. s_short]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("model_type", result.Error);
        Assert.Contains("expected one of bert, roberta, xlm-roberta, distilbert, electra, gpt2, found 'mini-distil'", result.Error);
    }

    [Fact]
    public void A_vocabulary_that_does_not_fit_and_a_wrong_size_are_refused()
    {
        Configure("mini-distil", 10);
        Assert.Contains("the word embedding only 10 rows", Cli.Run(
            ["--plugins", Plugins, "train", "--backbone", Checkpoint, .. s_short]).Error);
        Configure("mini-distil", 0);
        Assert.Contains("above 0 for vocab_size", Cli.Run(["--plugins", Plugins, "train", "--backbone", Checkpoint, .. s_short]).Error);
    }

    private void Configure(string type, int vocabulary) => File.WriteAllText(
        Path.Combine(Checkpoint, "config.json"),
        JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["model_type"] = type, ["vocab_size"] = vocabulary, ["dim"] = 16, ["n_heads"] = 4, ["n_layers"] = 2,
        }));
}
