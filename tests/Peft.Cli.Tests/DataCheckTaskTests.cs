using System.Globalization;
using System.Text.Json;

namespace Peft.Cli.Tests;

/// <summary><c>peft data check</c> on tagged words, completions and plain text.</summary>
public sealed class DataCheckTaskTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-check-task-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("tokens")]
    [InlineData("ner")]
    public void Tags_of_words_are_counted(string task)
    {
        var check = Check(Write("a.conll",
            "Ada B-PER", "Lovelace I-PER", "slept O", "", "Rome B-LOC", "is O", "", "Rome B-LOC", "is B-LOC", "", "Ada b-per", ""), task);
        Assert.True(check.ExitCode == 0, check.Error + check.Output);
        Assert.Contains("a.conll: 4 rows", check.Output);
        Assert.Contains("words by label", check.Output);
        Assert.Matches("B-LOC +3 ", check.Output);
        Assert.Contains("'Rome is': B-LOC O (sentence 2), B-LOC B-LOC (sentence 3)", check.Output);
        Assert.Contains("'B-PER' (1 words), 'b-per' (1 words)", check.Output);
        Assert.Contains("tags of scheme BIO", check.Output);
        Assert.DoesNotContain("columns", check.Output);
        Assert.Contains("training would start", check.Output);
    }

    [Fact]
    public void A_table_of_tags_names_its_columns_and_its_malformed_row()
    {
        var file = Write("a.jsonl", """{"tokens": ["a", "b"], "ner_tags": ["B-X", "O"]}""", """{"tokens": ["a"], "ner_tags": ["O", "O"]}""",
            """{"tokens": ["c", "d"], "ner_tags": ["O", "B-X"]}""");
        var check = Check(file, "tokens");
        Assert.Equal(1, check.ExitCode);
        Assert.Contains("column 'ner_tags'", check.Output);
        Assert.Contains("2 rows, 1 that cannot be used", check.Output);
        Assert.Contains("training would fail: ", check.Output);
        Assert.Contains("line 2, column 'ner_tags': expected a tag for each of 1 words in 'tokens', found 2 tags", check.Output);
        var skipping = Check(file, "tokens", "--skip-malformed");
        Assert.Equal((0, true), (skipping.ExitCode, skipping.Output.Contains("training would start", StringComparison.Ordinal)));
    }

    [Fact]
    public void Completions_are_measured_with_their_template_by_the_decoders_tokens()
    {
        var file = Write("a.csv", "prompt,completion", "one,two", "one,two", "three,four five");
        var check = Check(file, "completion");
        Assert.True(check.ExitCode == 0, check.Error + check.Output);
        Assert.Contains("input       column 'prompt'", check.Output);
        Assert.Contains("(--backbone builtin-gpt2)", check.Output); // what a run without --backbone trains
        Assert.Contains("duplicates  1", check.Output);
        Assert.Contains("training would start", check.Output);
        Assert.DoesNotContain("need a decoder", check.Output);
        Assert.True(Longest(Check(file, "completion", "--template", "chatml")) > Longest(check));

        static int Longest(Cli shown) => int.Parse(shown.Output.Split("longest ")[1].Split(' ')[0], CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData("tokens", "builtin-gpt2", "tags of words need an encoder")]
    [InlineData("completion", "builtin", "completions need a decoder")]
    public void A_vocabulary_of_the_other_kind_of_backbone_is_noted(string task, string kind, string says)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "own")).FullName; // a name that is not replaced by a built-in one's
        foreach (var part in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "assets", kind == "builtin" ? "tiny-bert-en"
            : "tiny-gpt2-en")).Where(part => !part.EndsWith(".safetensors", StringComparison.Ordinal)))
            File.Copy(part, Path.Combine(folder, Path.GetFileName(part)));
        var file = task == "tokens"
            ? Write("a.conll", "a B-X", "b O", "", "c B-X", "d O") : Write("a.csv", "prompt,completion", "a,b", "c,d");
        Assert.Contains(says, Cli.Run("data", "check", file, "--task", task, "--backbone", folder, "--json").Output);
    }

    [Fact]
    public void Messages_with_an_unknown_role_are_reported()
    {
        var check = Check(Write("a.jsonl", Conversation("user"), Conversation("usr"), Conversation("system")), "completion");
        Assert.Equal(1, check.ExitCode);
        Assert.Contains("messages    column 'messages'", check.Output);
        using var json = JsonDocument.Parse(Check(Path.Combine(_folder, "a.jsonl"), "completion", "--json").Output);
        var unusable = json.RootElement.GetProperty("suspicious")[0];
        Assert.Equal("rows that cannot be used", unusable.GetProperty("kind").GetString());
        Assert.Contains("line 2, column 'messages': message 1: has the role 'usr'; the nearest is 'user'",
            unusable.GetProperty("examples")[0].GetString());

        static string Conversation(string role) => JsonSerializer.Serialize(new
        {
            messages = new[] { new { role, content = "a" }, new { role = "assistant", content = "b" } },
        });
    }

    [Fact]
    public void Documents_are_counted_with_their_tokens()
    {
        var check = Check(
            Write("a.txt", [.. Enumerable.Range(0, 20)
                .Select(line => $"{line} " + string.Concat(Enumerable.Repeat("word ", line == 0 ? 600 : 1)))]),
            "pretraining");
        Assert.True(check.ExitCode == 0, check.Error + check.Output);
        Assert.Contains("a.txt: 20 rows", check.Output);
        Assert.Matches("18 training documents with [0-9,]+ tokens in all", check.Output);
        Assert.DoesNotContain("texts of more than", check.Output);
        using var json = JsonDocument.Parse(Check(Path.Combine(_folder, "a.txt"), "pretraining", "--json").Output);
        Assert.Empty(json.RootElement.GetProperty("labels").EnumerateArray());
        Assert.Equal("rows", json.RootElement.GetProperty("labelUnit").GetString());
    }

    [Fact]
    public void Other_tasks_are_refused_with_those_that_are_checked()
    {
        var refused = Check(Write("a.csv", "text,label", "a,b"), "e2e");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("'e2e' is not checked; expected classification, prompt, multi-label, regression, tokens, completion, pretraining",
            refused.Error);
        Assert.DoesNotContain("webnlg", Cli.Run("data", "check", "--help").Output);
    }

    private static Cli Check(string file, string task, params string[] more) => Cli.Run(
        ["data", "check", file, "--task", task, "--backbone", "builtin", .. more]);

    private string Write(string name, params string[] lines)
    {
        var file = Path.Combine(_folder, name);
        File.WriteAllLines(file, lines);
        return file;
    }
}
