using Peft.Training;

namespace Peft.Tests.Training.Comparisons;

/// <summary>Splits of the data in a comparison.</summary>
public sealed class DataSplitTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-splits-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Patterns_find_folders_in_order()
    {
        string[] expected = [.. ((string[])["30-1", "30-2"]).Select(Create)];
        Create("10-1");
        Assert.Equal(expected, DataSplit.Find([Path.Combine(_folder, "30-*")]));
        Assert.Equal(expected, DataSplit.Find(expected.Select(path => path + "/")));
    }

    [Fact]
    public void What_is_missing_or_given_twice_is_refused()
    {
        var split = Create("30-1");
        Assert.Contains("is no folder or file, and no pattern", Refused(Path.Combine(_folder, "40-*")));
        Assert.Contains("is no folder or file, and no pattern", Refused(Path.Combine(_folder, "30-2")));
        Assert.Contains("is given twice", Refused(split, Path.Combine(_folder, "30-?")));
    }

    [Fact]
    public void Every_split_has_its_own_folder()
    {
        var runs = DataSplit.Replicates(
            new TrainingOptions(), DataSplit.Name(["a/1", "b/1"]), [1, 2], "out").Select(run => (run.Data, run.Seed, run.Output));
        Assert.Equal(
            [("a/1", 1, "out/1-1/seed-1"), ("a/1", 2, "out/1-1/seed-2"), ("b/1", 1, "out/2-1/seed-1"), ("b/1", 2, "out/2-1/seed-2")], runs);
        Assert.Equal(["1", "2"], DataSplit.Name(["a/1", "b/2"]).Select(split => split.Folder));
    }

    private string Create(string name) => Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;

    private static string Refused(params string[] patterns) =>
        Assert.Throws<TrainingOptionsException>(() => DataSplit.Find(patterns)).Message;
}
