using System.Text.Json;
using Peft.Training;

namespace Peft.Cli.Tests;

/// <summary><c>peft embed</c>: vectors of texts, in order, in batches.</summary>
public sealed class EmbedTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-embed-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Vectors_have_the_length_one_and_the_order_of_the_texts()
    {
        var found = Vectors(Cli.Run("embed", "--text", "a fine film", "--text", "bad", "--json"));
        Assert.Equal(["a fine film", "bad"], found.Select(one => one.Text));
        Assert.All(found, one => Assert.Equal(1, Math.Sqrt(one.Values.Sum(value => value * value)), 1e-5));
        Assert.NotEqual(found[0].Values, found[1].Values);
    }

    [Fact]
    public void The_batch_size_changes_nothing_and_lines_keep_their_order()
    {
        var input = Path.Combine(_folder, "in.txt");
        string[] texts = [.. Enumerable.Range(0, 70).Select(i => string.Join(' ', Enumerable.Repeat($"word{i}", 1 + (i % 9))))];
        File.WriteAllText(input, string.Join('\n', texts) + "\n\n\n");
        var (one, all) = (Path.Combine(_folder, "one.jsonl"), Path.Combine(_folder, "all.jsonl"));
        Assert.Equal(0, Cli.Run("embed", "--input", input, "--output", one, "--batch-size", "1").ExitCode);
        var run = Cli.Run("embed", "--input", input, "--output", all, "--batch-size", "32", "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(70, JsonDocument.Parse(run.Output).RootElement.GetProperty("texts").GetInt32());
        var (first, second) = (Lines(one), Lines(all));
        Assert.Equal(texts, second.Select(row => row.Text));
        foreach (var (left, right) in first.Zip(second))
            Assert.All(left.Values.Zip(right.Values), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void Without_json_the_numbers_of_a_vector_are_a_line()
    {
        var run = Cli.Run("embed", "--text", "a", "--no-normalize", "--pooling", "cls");
        var numbers = run.Output.Trim().Split(' ').Select(text => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(256, numbers.Count());
        Assert.True(Math.Abs(Math.Sqrt(numbers.Sum(value => value * value)) - 1) > 0.1);
    }

    [Fact]
    public void The_mean_is_over_real_tokens_alone_and_the_program_gives_the_same_as_the_command()
    {
        using var embedder = SentenceEmbedder.Load(BackboneSource.Folder(BackboneSource.BuiltIn), new EmbeddingOptions { BatchSize = 2 });
        var alone = embedder.Embed("a");
        var beside = embedder.Embed(["a", "a much longer text beside it"]).First();
        Assert.All(alone.Values.Zip(beside.Values), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        Assert.Equal(3, alone.Tokens);
        var printed = Vectors(Cli.Run("embed", "--text", "a", "--json"))[0];
        Assert.All(alone.Values.Zip(printed.Values), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void Texts_are_read_as_they_are_asked_for()
    {
        using var embedder = SentenceEmbedder.Load(BackboneSource.Folder(BackboneSource.BuiltIn), new EmbeddingOptions { BatchSize = 2 });
        var read = 0;
        IEnumerable<string> Endless()
        {
            while (true)
            {
                read++;
                yield return "a";
            }
        }

        Assert.Equal(3, embedder.Embed(Endless()).Take(3).Count());
        Assert.InRange(read, 3, 4);
    }

    [Fact]
    public void An_empty_line_is_refused_with_its_number_and_nothing_is_written()
    {
        var (input, output) = (Path.Combine(_folder, "in.txt"), Path.Combine(_folder, "out.jsonl"));
        File.WriteAllText(input, "a\n\nb\n");
        var run = Cli.Run("embed", "--input", input, "--output", output);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("line 2", run.Error);
        Assert.Equal([input], Directory.GetFiles(_folder));
        run = Cli.Run("embed", "--input", input, "--output", output, "--skip-malformed");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("1 malformed row", run.Error);
        Assert.Equal(2, Lines(output).Count);
    }

    /// <summary>The input never ends: the command waits for more when the signal comes. What feeds it ends with it.</summary>
    [Fact]
    public async Task A_signal_leaves_nothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "signals are sent by a shell");
        var output = Path.Combine(_folder, "out.jsonl");
        var script = "while echo 'a fine film'; do sleep 0.1; done | "
            + $"\"$0\" embed --backbone builtin --output '{output}' & embedding=$!\n"
            + $"for try in $(seq 300); do ls '{output}'.*.tmp >/dev/null 2>&1 && break; sleep 0.1; done\n"
            + "kill -TERM $embedding; wait $embedding";
        var stopped = await CommandProcess.Run(new Dictionary<string, string?>(), shell: script);
        Assert.Equal(130, stopped.ExitCode);
        Assert.Contains("stopped by SIGTERM; nothing was written", stopped.Error);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Theory]
    [InlineData("--pooling", "max")]
    [InlineData("--batch-size", "0")]
    [InlineData("--max-length", "2")]
    [InlineData("--backbone", "builtin-gpt2")]
    [InlineData("--input", "no-such-file")]
    [InlineData("--text", " ")]
    public void Wrong_usage_is_one_line_that_names_the_option(string option, string value)
    {
        var run = option == "--input" ? Cli.Run("embed", option, value) : Cli.Run("embed", "--text", "a", option, value);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(option, run.Error);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void A_length_above_the_backbones_positions_is_refused()
    {
        var run = Cli.Run("embed", "--text", "a", "--max-length", "100000");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("max-length", run.Error);
    }

    [Fact]
    public void A_text_at_the_limit_is_reported()
    {
        var run = Cli.Run("embed", "--text", "one two three four five six seven", "--max-length", "4", "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("1 of 1 texts reach the limit of 4 tokens", run.Error);
    }

    private static List<(string Text, double[] Values)> Vectors(Cli run)
    {
        Assert.Equal(0, run.ExitCode);
        return [.. run.Output.Trim().Split('\n').Select(Parse)];
    }

    private static List<(string Text, double[] Values)> Lines(string file) => [.. File.ReadAllLines(file).Select(Parse)];

    private static (string Text, double[] Values) Parse(string line)
    {
        using var row = JsonDocument.Parse(line);
        return (row.RootElement.GetProperty("text").GetString()!,
            [.. row.RootElement.GetProperty("embedding").EnumerateArray().Select(value => value.GetDouble())]);
    }
}
