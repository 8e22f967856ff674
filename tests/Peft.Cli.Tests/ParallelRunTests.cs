using System.Text.Json;

namespace Peft.Cli.Tests;

/// <summary>Runs of a comparison in processes of their own.</summary>
public sealed class ParallelRunTests : IDisposable
{
    private static readonly string[] s_small =
    [
        "compare", "--methods", "head-only,lora", "--seeds", "1,2", "--train-limit", "8", "--dev-limit", "8", "--max-steps", "2", "--json",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("peft-parallel-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Two_at_once_give_the_results_of_one_after_the_other_with_as_many_threads()
    {
        var alone = Losses(Cli.Run([.. s_small, "--threads", "1"]));
        var together = Losses(Cli.Run([.. s_small, "--threads", "1", "--parallel", "2"]));
        Assert.Equal(4, alone.Count);
        Assert.Equal(alone, together);
    }

    [Fact]
    public void Results_stay_in_the_output_folder_and_are_reused()
    {
        var output = Path.Combine(_folder, "runs");
        var first = Cli.Run([.. s_small[..^1], "--parallel", "2", "--output", output]);
        Assert.True(first.ExitCode == 0, first.Error);
        Assert.Contains("(4 of 4 runs)", first.Error);
        Assert.True(File.Exists(Path.Combine(output, "lora", "seed-2", "result.json")));
        var second = Cli.Run([.. s_small[..^1], "--parallel", "2", "--output", output, "--reuse"]);
        Assert.True(second.ExitCode == 0, second.Error);
        Assert.DoesNotContain("4 runs", second.Error);
        Assert.Contains("| lora ", second.Output);
    }

    [Fact]
    public void A_run_that_fails_ends_the_command_with_its_message_and_code()
    {
        var output = Path.Combine(_folder, "runs");
        Directory.CreateDirectory(Path.Combine(output, "lora"));
        File.WriteAllText(Path.Combine(output, "lora", "seed-1"), "a file where the run's folder goes");
        var failed = Cli.Run([.. s_small, "--parallel", "2", "--output", output]);
        Assert.NotEqual(0, failed.ExitCode);
        Assert.Contains("peft: lora seed 1: ", failed.Error);
        Assert.Contains(Path.Combine(output, "lora", "seed-1"), failed.Error);
    }

    private static List<string> Losses(Cli command)
    {
        Assert.True(command.ExitCode == 0, command.Error);
        using var rows = JsonDocument.Parse(command.Output);
        return
        [
            .. rows.RootElement.EnumerateArray().SelectMany(row => row.GetProperty("runs").EnumerateArray())
                .Select(run => run.GetProperty("epochs")[0].GetProperty("trainLoss").GetRawText()),
        ];
    }
}
