using System.Text.Json;

namespace Peft.Cli.Tests;

/// <summary>Evaluation of a mixture with chosen and sampled experts.</summary>
public sealed class EvalRoutingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-routing-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Routes_are_sampled_and_averaged()
    {
        var run = Train("adamix(houlsby)");
        var found = Cli.Run("eval", run, "--routing", "random", "--route", "token", "--draws", "3", "--seed", "5", "--json");
        Assert.True(found.ExitCode == 0, found.Error);
        using var json = JsonDocument.Parse(found.Output);
        Assert.Equal(("random", "token", 5), (
            json.RootElement.GetProperty("routing").GetString(), json.RootElement.GetProperty("route").GetString(),
            json.RootElement.GetProperty("seed").GetInt32()));
        var values = json.RootElement.GetProperty("values").EnumerateArray().Select(draw => draw.GetProperty("accuracy").GetDouble())
            .ToList();
        Assert.Equal(3, values.Count);
        var range = json.RootElement.GetProperty("metrics").GetProperty("accuracy");
        Assert.Equal(values.Average(), range.GetProperty("mean").GetDouble(), 1e-9);
        Assert.Equal(values.Max(), range.GetProperty("max").GetDouble());

        var table = Cli.Run("eval", run, "--routing", "random", "--draws", "2");
        Assert.Contains("| metric   | merged | mean", table.Output, StringComparison.Ordinal);
        Assert.Contains("48 rows; 2 routes sampled for each batch, seed 1", table.Output, StringComparison.Ordinal);
        var ensemble = Cli.Run("eval", run, "--routing", "ensemble", "--draws", "3");
        Assert.True(ensemble.ExitCode == 0, ensemble.Error);
        Assert.Contains("| mutual information |", ensemble.Output, StringComparison.Ordinal);
        Assert.Contains("expert 1 everywhere", Cli.Run("eval", run, "--routing", "fixed", "--expert", "1").Output,
            StringComparison.Ordinal);
        Assert.Equal(Cli.Run("eval", run).Output, Cli.Run("eval", run, "--routing", "merged").Output);
        var wrong = Cli.Run("eval", run, "--routing", "fixed", "--expert", "9");
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("expert 9 does not exist", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_that_do_not_fit_are_refused()
    {
        var run = Train("lora");
        var plain = Cli.Run("eval", run, "--routing", "random");
        Assert.Equal(2, plain.ExitCode);
        Assert.Contains("lora is no mixture", plain.Error, StringComparison.Ordinal);
        Refused("--routing: 'best' is not one of merged, fixed, random, ensemble", "--routing", "best");
        Refused("--route: 'word' is not one of batch, sentence, token", "--routing", "random", "--route", "word");
        Refused("--route: needs --routing random or ensemble", "--route", "token");
        Refused("--draws: needs --routing random or ensemble", "--routing", "fixed", "--draws", "3");
        Refused("--expert: needs --routing fixed", "--expert", "1");
        Refused("--routing: cannot be given with --inference or --errors", "--routing", "random", "--inference", "merged");

        void Refused(string message, params string[] options)
        {
            var failed = Cli.Run(["eval", run, .. options]);
            Assert.Equal(2, failed.ExitCode);
            Assert.Contains(message, failed.Error, StringComparison.Ordinal);
        }
    }

    private string Train(string method)
    {
        var run = Path.Combine(_folder, "run");
        var trained = Cli.Run("train", "--method", method, "--train-limit", "64", "--dev-limit", "48", "--epochs", "1", "--max-length",
            "24", "--learning-rate", "0.02", "--output", run);
        return trained.ExitCode == 0 ? run : throw new InvalidOperationException(trained.Error);
    }
}
