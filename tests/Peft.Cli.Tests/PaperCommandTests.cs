using System.Text.Json;
using Peft.Experiments;
using Peft.Training;

namespace Peft.Cli.Tests;

/// <summary>Studies from the command line, with two steps on the smallest backbone.</summary>
public sealed class PaperCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft paper ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_study_is_listed_with_its_cells()
    {
        var listed = Cli.Run("paper", "list", "--json");
        Assert.True(listed.ExitCode == 0, listed.Error);
        using var json = JsonDocument.Parse(listed.Output);
        Assert.Equal(
            StudyCatalog.All.Select(study => study.Name),
            json.RootElement.EnumerateArray().Select(one => one.GetProperty("name").GetString()));
        Assert.Equal(64, json.RootElement[1].GetProperty("cells").GetInt32());
        Assert.Contains("| table3", Cli.Run("paper", "list").Output);
    }

    [Fact]
    public void A_table_runs_once_continues_and_is_reported()
    {
        string[] run = ["paper", "run", "table2", "--scale", "smoke", "--rows", "lora,adamix", "--output", _folder];
        var planned = Cli.Run([.. run, "--dry-run"]);
        Assert.Contains("to run", planned.Output);
        Assert.Contains("a rough figure", planned.Output);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));

        var first = Cli.Run(run);
        Assert.True(first.ExitCode == 0, first.Error);
        Assert.Contains("table2 [2/2] AdaMix, MNLI, seed 1: accuracy", first.Error);
        var files = Cells();
        Assert.Equal(2, files.Length);

        File.WriteAllText(files[1], File.ReadAllText(files[1])[..100]); // as a process that was killed leaves it
        var kept = File.GetLastWriteTimeUtc(files[0]);
        var second = Cli.Run([.. run, "--json"]);
        Assert.True(second.ExitCode == 0, second.Error);
        Assert.Contains("has no complete result of an earlier run; it is run again", second.Error);
        using var json = JsonDocument.Parse(second.Output);
        Assert.Equal(1, json.RootElement[0].GetProperty("outcome").GetProperty("run").GetInt32());
        Assert.Equal(kept, File.GetLastWriteTimeUtc(files[0]));
        Assert.Contains("from the finished cells", Cli.Run([.. run, "--dry-run"]).Output);

        var report = Cli.Run("paper", "report", _folder);
        Assert.True(report.ExitCode == 0, report.Error);
        Assert.Contains("AdaMix − LoRA †", File.ReadAllText(Path.Combine(_folder, "report.md")));
    }

    [Fact]
    public void Other_settings_in_one_folder_are_refused_by_name()
    {
        string[] run = ["paper", "run", "table2", "--scale", "smoke", "--rows", "lora", "--output", _folder];
        Assert.Equal(0, Cli.Run(run).ExitCode);
        var content = File.ReadAllBytes(Cells()[0]);
        var refused = Cli.Run([.. run, "--backbone", "minilm"]);
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("backbone was builtin, and is minilm now", Assert.Single(refused.Error.TrimEnd().Split('\n')));
        Assert.Equal(content, File.ReadAllBytes(Cells()[0]));
    }

    [Fact]
    public void Two_runs_of_one_study_are_refused()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "table2")).FullName;
        using var held = RunFolderLock.Take(folder);
        var refused = Cli.Run("paper", "run", "table2", "--scale", "smoke", "--output", _folder);
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains($"{folder} is in use by a run of process", refused.Error);
    }

    [Fact]
    public void Data_that_are_missing_are_named_before_anything_runs()
    {
        var refused = Cli.Run("paper", "run", "table3", "--output", _folder);
        Assert.Equal(PeftCommand.Usage, refused.ExitCode);
        Assert.Contains("the data set e2e is missing: no folder was given with --data", Assert.Single(refused.Error.TrimEnd().Split('\n')));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public void Mixtures_are_evaluated_in_several_ways_and_texts_are_scored()
    {
        var routed = Cli.Run("paper", "run", "study-c", "--scale", "smoke", "--output", _folder);
        Assert.True(routed.ExitCode == 0, routed.Error);
        var result = CellFile.Read(Path.GetDirectoryName(Assert.Single(Cells()))!).Result!;
        Assert.Equal(["ensemble", "fixed", "random"], result.Evaluations.Keys.Order());
        Assert.Equal(2, result.Draws("accuracy", "random").Count);
        Assert.Equal(6, result.Actual.Count);
        Assert.Equal(result.Metrics["accuracy"], result.Actual.Zip(result.Predicted[""]).Count(pair => pair.First == pair.Second) / 6.0, 9);

        var texts = Cli.Run("paper", "run", "table3", "--scale", "smoke", "--rows", "lora,lin-adapter,prelayer", "--output", _folder);
        Assert.True(texts.ExitCode == 0, texts.Error);
        Assert.Contains("E2E, seed 1: bleu", texts.Error);
    }

    [Fact]
    public void Results_name_files_within_the_folder_of_the_data()
    {
        var (data, output) = (Path.Combine(_folder, "data"), Path.Combine(_folder, "out"));
        Directory.CreateDirectory(Path.Combine(data, "MRPC"));
        var rows = Enumerable.Range(0, 8).Select(number => $"{number % 2}\t{number}\t{number}\tthe first {number}\tthe second {number}");
        foreach (var part in (string[])["train.tsv", "dev.tsv"])
            File.WriteAllLines(
                Path.Combine(data, "MRPC", part), rows.Prepend("Quality\t#1 ID\t#2 ID\t#1 String\t#2 String"));
        var run = Cli.Run("paper", "run", "study-c", "--scale", "smoke", "--columns", "MRPC", "--data", data, "--output", output);
        Assert.True(run.ExitCode == 0, run.Error);
        var cell = Assert.Single(Cells());
        Assert.Equal(["MRPC/train.tsv", "MRPC/dev.tsv"], CellFile.Read(Path.GetDirectoryName(cell)!).Result!.Run.Files);
        Assert.DoesNotContain(_folder, File.ReadAllText(cell));
    }

    [Fact]
    public void A_run_that_another_study_has_is_copied()
    {
        Assert.Equal(0, Cli.Run("paper", "run", "study-c", "--scale", "smoke", "--output", _folder).ExitCode);
        var first = CellFile.Read(Path.GetDirectoryName(Assert.Single(Cells()))!).Result!;
        var planned = Cli.Run("paper", "run", "study-d", "--scale", "smoke", "--columns", "MRPC", "--rows", "with,without", "--dry-run",
            "--output", _folder).Output;
        Assert.Contains("will be copied from study-c", planned);
        Assert.Contains("to run", planned);
        Assert.Contains("from the finished cells", planned);
        Assert.False(Directory.Exists(Path.Combine(_folder, "study-d")));

        var second = Cli.Run("paper", "run", "study-d", "--scale", "smoke", "--output", _folder);
        Assert.True(second.ExitCode == 0, second.Error);
        Assert.Contains(
            "study-d with consistency, MRPC, seed 1: the run of study-c, row merged, has the same settings; its result is copied",
            second.Error);
        var copy = CellFile.Read(Path.Combine(_folder, "study-d", "with", "MRPC", "seed-1")).Result!;
        Assert.Equal(first.Metrics, copy.Metrics);
        Assert.Equal(first.Predicted[CellRunner.Merged], Assert.Single(copy.Predicted).Value);
        Assert.Equal(("study-d", "with"), (copy.Study, copy.Row));
        Assert.Empty(copy.Evaluations);
        Assert.Single(
            second.Error.Split('\n'), line => line.Contains("without consistency, MRPC, seed 1: accuracy", StringComparison.Ordinal));

        var other = Cli.Run("paper", "run", "study-a", "--scale", "smoke", "--seeds", "2", "--output", _folder);
        Assert.DoesNotContain("copied", other.Error);
    }

    [Fact]
    public async Task Several_processes_share_the_cells()
    {
        var run = await CommandProcess.Run(
            new Dictionary<string, string?>(), arguments:
            [
                "paper", "run", "table2", "--scale", "smoke", "--rows", "bitfit,lora,adamix", "--output", _folder, "--parallel", "2",
            ]);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(3, Cells().Length);
        foreach (var number in Enumerable.Range(1, 3))
            Assert.Single(run.Error.Split('\n'), line => line.Contains($"[{number}/3]", StringComparison.Ordinal));
    }

    private string[] Cells() => [.. Directory.GetFiles(_folder, CellFile.Name, SearchOption.AllDirectories).Order()];
}
