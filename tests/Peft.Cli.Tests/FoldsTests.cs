using System.Text.Json;

namespace Peft.Cli.Tests;

/// <summary>Cross-validation: <c>--folds</c> of train and compare.</summary>
public sealed class FoldsTests : IDisposable
{
    private const int Rows = 61;
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-folds-").FullName;

    public FoldsTests() => File.WriteAllLines(Data, ["text,label", .. Enumerable.Range(0, Rows).Select(row => row % 2 == 0
        ? $"the bill {row},money" : $"the parcel {row},post")]);

    private string Data => Path.Combine(_folder, "a.csv");

    private string Runs => Path.Combine(_folder, "runs");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Train_holds_out_each_row_once()
    {
        var result = Run("train", "--folds", "3");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("1 seed, 3 folds", result.Output);
        Assert.Contains("mean ± sample standard deviation", result.Output);
        CheckFolds(Path.Combine(Runs, "lora", "seed-1"));
    }

    [Fact]
    public void Compare_holds_out_each_row_once_for_each_method_and_seed()
    {
        var result = Run("compare", "--folds", "3", "--methods", "head-only,lora", "--seeds", "1,2");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("2 seeds, 3 folds", result.Output);
        foreach (var method in (string[])["head-only", "lora"])
        {
            foreach (var seed in (string[])["seed-1", "seed-2"])
                CheckFolds(Path.Combine(Runs, method, seed));
        }
    }

    [Fact]
    public void One_fold_of_several_is_one_run()
    {
        var result = Run("train", "--folds", "3", "--fold", "2");
        Assert.True(result.ExitCode == 0, result.Error);
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Runs, "result.json")));
        Assert.InRange(json.RootElement.GetProperty("devRows").GetInt32(), 20, 21);
    }

    [Theory]
    [InlineData("--folds: 1 is too small", "--folds", "1")]
    [InlineData("--fold: 4 is above --folds 3", "--folds", "3", "--fold", "4")]
    [InlineData("--folds: ", "--folds", "3", "--dev", "a.csv")]
    [InlineData("--folds: is for files of your own", "--folds", "3", "--task", "builtin")]
    public void What_cannot_be_folded_is_refused(string expected, params string[] options)
    {
        var given = options.Contains("builtin") ? Cli.Run(["train", "--output", Runs, .. options])
            : Run("train", [.. options.Select(option => option == "a.csv" ? Data : option)]);
        Assert.NotEqual(0, given.ExitCode);
        Assert.Contains(expected, given.Error);
        Assert.False(Directory.Exists(Runs));
    }

    private Cli Run(string command, params string[] options) => Cli.Run(
        [command, "--data", Data, "--max-steps", "1", "--max-length", "12", "--output", Runs, .. options]);

    private static void CheckFolds(string folder)
    {
        Assert.Equal(["fold-1", "fold-2", "fold-3"], Directory.GetDirectories(folder).Select(Path.GetFileName).Order());
        var rows = 0;
        foreach (var fold in Directory.GetDirectories(folder))
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(fold, "result.json")));
            var held = json.RootElement.GetProperty("devRows").GetInt32();
            Assert.Equal(Rows, held + json.RootElement.GetProperty("trainRows").GetInt32());
            rows += held;
        }

        Assert.Equal(Rows, rows);
    }
}
