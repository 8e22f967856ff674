using System.Text.Json;

namespace Peft.Cli.Tests;

public sealed class SweepCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft sweep ").FullName;

    private string File => Path.Combine(_folder, "sweep.yaml");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_table_the_files_and_the_next_command()
    {
        Write("""
            options: {backbone: builtin, task: builtin, train-limit: 32, dev-limit: 16, max-steps: 2, max-length: 24}
            parameters:
              method: [head-only, lora]
              lora.rank: [2, 4]
            """);
        var swept = Cli.Run("sweep", File);
        Assert.True(swept.ExitCode == 0, swept.Error);
        Assert.Contains("| method", swept.Output);
        Assert.Contains("configuration 3 of 3: method=lora, lora.rank=4", swept.Error);
        var folder = Path.Combine(_folder, "sweep");
        Assert.Equal(
            ["001_method-head-only", "002_method-lora_lora.rank-2", "003_method-lora_lora.rank-4"],
            Directory.GetDirectories(folder).Select(Path.GetFileName).Order());
        var best = Path.Combine(folder, "best.yaml");
        Assert.Contains($"next: peft train --config '{best}' --output runs/best", swept.Error);
        var trained = Cli.Run("train", "--config", best, "--output", Path.Combine(_folder, "best"));
        Assert.True(trained.ExitCode == 0, trained.Error);

        var again = Cli.Run("sweep", File, "--json");
        Assert.True(again.ExitCode == 0, again.Error);
        using var json = JsonDocument.Parse(again.Output);
        Assert.Equal(best, json.RootElement.GetProperty("best").GetString());
        Assert.Equal(3, json.RootElement.GetProperty("trials").GetArrayLength());
    }

    [Fact]
    public void A_malformed_file_is_one_line_and_nothing_is_written()
    {
        Write("parameters:\n  mehtod: [lora]\n");
        var failed = Cli.Run("sweep", File);
        Assert.NotEqual(0, failed.ExitCode);
        var line = Assert.Single(failed.Error.TrimEnd().Split('\n'));
        Assert.StartsWith($"peft: {File}, line 2: there is no option 'mehtod'; the nearest is 'method'", line, StringComparison.Ordinal);
        Assert.Equal([File], Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public void A_file_without_extension_needs_an_output_folder()
    {
        var named = Path.Combine(_folder, "plain");
        System.IO.File.WriteAllText(named, "parameters:\n  method: [lora]\n");
        var failed = Cli.Run("sweep", named);
        Assert.Equal(PeftCommand.Usage, failed.ExitCode);
        Assert.Contains("name the folder of the runs with --output", failed.Error);
    }

    private void Write(string text) => System.IO.File.WriteAllText(File, text);
}
