using System.Text.Json;

namespace Peft.Cli.Tests;

/// <summary>Settings by name: listed, planned and trained with.</summary>
public sealed class PresetsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-presets-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Presets_are_listed_with_the_source_of_each_value()
    {
        Assert.Contains("roberta-large-adamix", Cli.Run("presets").Output, StringComparison.Ordinal);
        var one = Cli.Run("presets", "bert-base-adamix");
        Assert.True(one.ExitCode == 0, one.Error);
        Assert.Contains("| houlsby.size       | 48 ", one.Output, StringComparison.Ordinal);
        Assert.Contains("unverified: recalled, not checked against any source", one.Output, StringComparison.Ordinal);
        Assert.Contains("| mrpc | 4e-4 (unverified) | 100 (unverified) | 16 (unverified) |", one.Output, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(Cli.Run("presets", "bert-base-adamix", "--task", "mrpc", "--json").Output);
        Assert.Contains(json.RootElement.GetProperty("values").EnumerateArray(), value =>
            value.GetProperty("option").GetString() == "epochs" && value.GetProperty("value").GetString() == "100");
        var unknown = Cli.Run("presets", "bert-base-adamax");
        Assert.Equal(2, unknown.ExitCode);
        Assert.Contains("--preset: there is no preset 'bert-base-adamax'", unknown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_preset_is_planned_and_replaced_value_by_value()
    {
        var plan = Cli.Run("plan", "--preset", "roberta-large-adamix", "--backbone", "builtin", "--set", "houlsby.size=3");
        Assert.True(plan.ExitCode == 0, plan.Error);
        Assert.Contains("adamix(houlsby) on builtin", plan.Output, StringComparison.Ordinal);
        Assert.Contains("size=3", plan.Output, StringComparison.Ordinal);
        Assert.Contains("| warmup-ratio ", plan.Output, StringComparison.Ordinal);
        Assert.Contains("--method: is missing", Cli.Run("plan").Error, StringComparison.Ordinal);

        var run = Path.Combine(_folder, "run");
        var trained = Cli.Run(
            "train", "--preset", "roberta-large-adamix", "--task", "builtin", "--backbone", "builtin", "--epochs", "1", "--max-steps", "2",
            "--batch-size", "4", "--train-limit", "16", "--dev-limit", "8", "--output", run, "--json");
        Assert.True(trained.ExitCode == 0, trained.Error);
        using var result = JsonDocument.Parse(trained.Output);
        var settings = result.RootElement.GetProperty("settings");
        Assert.Equal((4, 0.1, "16"), (
            settings.GetProperty("batchSize").GetInt32(), settings.GetProperty("weightDecay").GetDouble(),
            settings.GetProperty("settings").GetProperty("houlsby.size").GetString()));
    }
}
