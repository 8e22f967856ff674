using System.Text.Json;

namespace Peft.Cli.Tests;

public sealed class RunTests : IDisposable
{
    private static readonly string[] s_short = ["--train-limit", "96", "--dev-limit", "64", "--epochs", "1", "--max-length", "32"];
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-run-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("head-only")]
    [InlineData("full")]
    [InlineData("lora")]
    [InlineData("adamix(pfeiffer)")]
    [InlineData("adamix(pfeiffer)", "builtin-gpt2")]
    [InlineData("full", "builtin-gpt2")]
    public void A_run_writes_its_folder_and_what_was_trained_evaluates_to_the_same(string method, string backbone = "builtin")
    {
        var trained = Cli.Run(["train", "--backbone", backbone, "--method", method, "--output", _folder, "--json", .. s_short]);
        Assert.True(trained.ExitCode == 0, trained.Error);
        using var result = JsonDocument.Parse(trained.Output);
        using var written = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "result.json")));
        Assert.Equal(result.RootElement.GetProperty("metrics").GetRawText(), written.RootElement.GetProperty("metrics").GetRawText());
        Assert.True(File.Exists(Path.Combine(_folder, "log.txt")));

        var evaluated = Cli.Run("eval", _folder, "--json");
        Assert.True(evaluated.ExitCode == 0, evaluated.Error);
        using var metrics = JsonDocument.Parse(evaluated.Output);
        Assert.Equal(
            result.RootElement.GetProperty("metrics").GetProperty("accuracy").GetDouble(),
            metrics.RootElement.GetProperty("metrics").GetProperty("accuracy").GetDouble());

        var predicted = Cli.Run("predict", _folder, "--text", "the film was good");
        Assert.True(predicted.ExitCode == 0, predicted.Error);
        Assert.Equal(3, predicted.Output.Split('\t').Length);
        Assert.Equal(0, Cli.Run("inspect", Path.Combine(_folder, "adapter")).ExitCode);
    }

    [Fact]
    public void A_run_of_one_step_in_its_warm_up_says_that_nothing_is_learned()
    {
        string[] run = ["train", "--train-limit", "16", "--dev-limit", "8", "--max-steps", "1"];
        Assert.Contains("nothing will be learned", Cli.Run(run).Error, StringComparison.Ordinal);
        Assert.DoesNotContain("nothing will be learned", Cli.Run([.. run, "--warmup-ratio", "0"]).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_prompt_begins_with_words_and_a_prefix_is_written_flat_as_well()
    {
        string[] method = ["--method", "prefix+prompt", "--set", "prefix.length=3", "--set", "prompt.length=4", "--set",
            "prompt.words=this film is good"];
        var trained = Cli.Run(["train", .. method, "--output", _folder, .. s_short]);
        Assert.True(trained.ExitCode == 0, trained.Error);
        Assert.Contains("prefix.middle=512", Cli.Run("inspect", Path.Combine(_folder, "adapter")).Output);
        Assert.Contains("prefix.middle=0", Cli.Run("inspect", Path.Combine(_folder, "adapter-flat")).Output);
        Assert.Equal(0, Cli.Run("eval", _folder).ExitCode);
        Assert.Equal(0, Cli.Run(["plan", .. method]).ExitCode);
        Assert.Contains("transformer.h.3.attn.query", Cli.Run("plan", "--method", "lora", "--backbone", "builtin-gpt2").Output);
    }

    [Fact]
    public void The_same_seed_gives_the_same_numbers()
    {
        string Metrics(string seed, params string[] more)
        {
            var run = Cli.Run(["train", "--method", "adamix(lora)", "--seed", seed, "--json", .. s_short, .. more]);
            using var result = JsonDocument.Parse(run.Output);
            return result.RootElement.GetProperty("epochs").GetRawText();
        }

        var first = Metrics("1");
        Assert.Equal(first, Metrics("1"));
        Assert.Equal(first, Metrics("1", "--recompute-activations"));
        Assert.NotEqual(first, Metrics("2"));
    }

    [Fact]
    public void Compare_prints_a_row_for_each_method()
    {
        string[] arguments = ["compare", "--methods", "head-only,lora", "--seeds", "1,2", "--output", _folder, .. s_short];
        var compared = Cli.Run(arguments);
        Assert.True(compared.ExitCode == 0, compared.Error);
        Assert.Contains("| head-only", compared.Output);
        Assert.Contains("| lora", compared.Output);
        Assert.Contains("±", compared.Output);
        var again = Cli.Run([.. arguments, "--reuse"]);
        Assert.Equal(compared.Output, again.Output);
        Assert.DoesNotContain("epoch", again.Error);
        Assert.Contains("--overwrite", Cli.Run(arguments).Error);
    }

    /// <summary>A stopped run has a result too; --reuse runs it again, and takes the finished ones.</summary>
    [Fact]
    public void A_stopped_comparison_is_continued()
    {
        string[] arguments =
            ["compare", "--task", "venues", "--methods", "lora", "--seeds", "1,2", "--output", _folder, "--reuse", "--json", .. s_short];
        Assert.Equal(0, Cli.Run(arguments).ExitCode);
        var stopped = Path.Combine(_folder, "lora", "seed-2", "result.json");
        var finished = File.ReadAllText(stopped);
        File.WriteAllText(stopped, finished.Replace("\"cancelled\": false", "\"cancelled\": true", StringComparison.Ordinal));
        var kept = File.GetLastWriteTimeUtc(Path.Combine(_folder, "lora", "seed-1", "result.json"));
        var again = Cli.Run(arguments);
        Assert.True(again.ExitCode == 0, again.Error);
        Assert.Equal(kept, File.GetLastWriteTimeUtc(Path.Combine(_folder, "lora", "seed-1", "result.json")));
        Assert.Contains("\"cancelled\": false", File.ReadAllText(stopped));
    }

    [Fact]
    public void Every_command_has_help_with_an_example()
    {
        foreach (var command in (string[])["train", "compare", "eval", "predict", "demo", "methods", "plan", "inspect", "verify", "doctor"])
        {
            var help = Cli.Run(command, "--help");
            Assert.Equal(0, help.ExitCode);
            Assert.Contains($"peft {command}", help.Output);
        }

        Assert.Contains( // a file that can be copied
            "  options:\n    data: tickets.csv\n    epochs: 10\n  parameters:\n    method: [lora, houlsby]\n",
            Cli.Run("sweep", "--help").Output);
    }

    [Fact]
    public void A_plan_shows_what_a_mixture_routes_and_shares_and_says_so_where_it_shares_nothing()
    {
        var shared = Cli.Run("plan", "--method", "adamix(lora)");
        Assert.Contains("shared by all experts up", shared.Output);
        Assert.Empty(shared.Error);
        var routed = Cli.Run("plan", "--method", "adamix(ia3)");
        Assert.Contains("shared by all experts none", routed.Output);
        Assert.Contains("adamix(ia3) shares no weights between experts: adamix.share is 'up'", routed.Error);
        Assert.Empty(Cli.Run("plan", "--method", "adamix(ia3)", "--set", "adamix.share=none").Error);
        Assert.DoesNotContain("groups:", Cli.Run("plan", "--method", "lora").Output);
    }

    [Fact]
    public void Methods_and_doctor_answer()
    {
        Assert.Contains("lora.rank", Cli.Run("methods").Output);
        Assert.Contains("libtorch", Cli.Run("doctor").Output);
    }

    [Theory]
    [InlineData("adamix", "adamix.experts", "lora.rank")]
    [InlineData("adamix(prefix+lora)", "lora.rank", "houlsby.size")]
    [InlineData("houlsby", "houlsby.size", "lora.rank")]
    public void Methods_lists_what_an_expression_is_made_of(string expression, string has, string lacks)
    {
        var result = Cli.Run("methods", expression);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains(has, result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(lacks, result.Output, StringComparison.Ordinal);
    }
}
