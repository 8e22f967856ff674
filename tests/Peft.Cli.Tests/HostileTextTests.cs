using System.Text.Json;
using Peft.Data;

namespace Peft.Cli.Tests;

/// <summary>Names and texts that hold control characters or are very long, where they are shown.</summary>
public sealed class HostileTextTests : IDisposable
{
    private const string Evil = "a\u001b]0;title\u0007\u001b[2Kb\rc\u009bd\u202ee\u2066\nf";

    private const string Shown = @"a\u001b]0;title\u0007\u001b[2Kb\u000dc\u009bd\u202ee\u2066\u000af";

    private static readonly string[] s_short =
        ["--device", "cpu", "--epochs", "1", "--max-steps", "1", "--max-length", "16", "--threads", "1", "--method", "head-only"];

    private readonly string _folder = Directory.CreateTempSubdirectory("peft-text-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Names_of_tensors_are_shown_with_escapes()
    {
        var (one, other) = (Place("one.safetensors"), Place("other.safetensors"));
        SafetensorsWriter.Write(one, [new TensorSource(Evil, DType.U8, [1], new byte[] { 1 })]);
        SafetensorsWriter.Write(other, [new TensorSource(Evil, DType.U8, [1], new byte[] { 2 })]);
        var inspected = Cli.Run("inspect", one);
        Assert.Contains(Shown + "\n", inspected.Output, StringComparison.Ordinal);
        var compared = Cli.Run("diff", one, other);
        Assert.StartsWith(Shown + ": 1 elements differ", compared.Output, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(Cli.Run("inspect", one, "--json").Output);
        Assert.Equal(Evil, json.RootElement.GetProperty("tensors")[0].GetProperty("name").GetString());
        AssertHarmless(inspected, compared, Cli.Run("inspect", one, "--json"), Cli.Run("diff", one, other, "--json"));
    }

    [Fact]
    public void Paths_options_and_values_of_files_are_shown_with_escapes()
    {
        var folder = Directory.CreateDirectory(Place("m")).FullName;
        File.WriteAllText(Path.Combine(folder, "config.json"), JsonSerializer.Serialize(new { model_type = Evil }));
        Cli[] results =
        [
            Cli.Run("inspect", Place(Evil)), Cli.Run("train", "--backbone", folder), Cli.Run("train", "--task", Evil),
            Cli.Run("train", "--method", Evil), Cli.Run("score", "--hyp", Evil, "--ref", Evil), Cli.Run("train", Evil),
        ];
        Assert.All(results, result => Assert.NotEqual(0, result.ExitCode));
        Assert.All(results[..5], result => Assert.Equal(2, result.Error.Split('\n').Length));
        AssertHarmless(results);
    }

    [Fact]
    public void Texts_and_labels_of_predictions_are_shown_with_escapes()
    {
        var run = Place("run");
        Assert.Equal(0, Cli.Run(["train", "--train-limit", "8", "--dev-limit", "4", "--output", run, .. s_short]).ExitCode);
        var manifest = Path.Combine(run, "adapter", "adapter.json");
        var json = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(manifest))!;
        json["labels"] = new System.Text.Json.Nodes.JsonArray(Evil, "no\u001b[1m");
        File.WriteAllText(manifest, json.ToJsonString());
        var predicted = Cli.Run("predict", run, "--text", "x\u001b[31my\u202e", "--top", "--device", "cpu");
        Assert.Equal(3, predicted.Output.Split('\n').Length);
        Assert.Contains(@"x\u001b[31my\u202e", predicted.Output, StringComparison.Ordinal);
        AssertHarmless(predicted, Cli.Run("inspect", Path.Combine(run, "adapter")));
    }

    [Fact]
    public void A_long_value_of_a_configuration_is_cut()
    {
        var folder = Directory.CreateDirectory(Place("m")).FullName;
        var text = new string('x', 10_000_000);
        foreach (var config in (string[])
            [$$"""{"model_type": "{{text}}"}""", $$"""{"model_type": "bert", "vocab_size": "{{text}}"}""",
                $$"""{"model_type": "gpt2", "activation_function": "{{text}}", "n_embd": 8, "vocab_size": 9, "n_layer": 1, "n_head": 1}"""])
        {
            File.WriteAllText(Path.Combine(folder, "config.json"), config);
            var result = Cli.Run("train", "--backbone", folder);
            Assert.Equal(PeftCommand.Failure, result.ExitCode);
            Assert.InRange(result.Error.Length, 10, 1000);
            Assert.Matches("x{70,80}…, 10,000,00[0-9] characters", result.Error);
        }

        var longest = Cli.Run("score", "--hyp", new string('y', 10_000), "--ref", "x");
        Assert.InRange(longest.Error.Length, 10, 2100);
        Assert.Contains("characters left out) …", longest.Error, StringComparison.Ordinal);
    }

    private static void AssertHarmless(params Cli[] results) => Assert.All(results, result => Assert.DoesNotContain(
        result.Output + result.Error,
        letter => (char.IsControl(letter) && letter is not ('\n' or '\t')) || letter is '\u202e' or '\u2066'));

    private string Place(string name) => Path.Combine(_folder, name);
}
