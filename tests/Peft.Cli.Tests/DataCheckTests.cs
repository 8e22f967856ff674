using System.Globalization;
using System.Text.Json;

namespace Peft.Cli.Tests;

public sealed class DataCheckTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-check-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_is_described()
    {
        var file = Write("a.csv", "id,body,queue", [.. Enumerable.Range(0, 40).Select(row => $"{row},text "
            + $"{row},{(row % 4 == 0 ? "rare" : "usual")}")]);
        var checkedFile = Check(file);
        Assert.True(checkedFile.ExitCode == 0, checkedFile.Error + checkedFile.Output);
        Assert.Contains("40 rows", checkedFile.Output);
        Assert.Contains("column 'body'", checkedFile.Output);
        Assert.Contains("usual         30  ██████████████████████████████", checkedFile.Output);
        Assert.Contains("rare          10  ██████████", checkedFile.Output);
        Assert.Contains("lengths in tokens", checkedFile.Output);
        Assert.Contains("training would start", checkedFile.Output);
    }

    [Fact]
    public void What_training_would_stumble_over_is_reported_with_exit_code_1()
    {
        var file = Write("a.csv", "text,label", ["hello,Good", "HELLO ,bad", ",Good", "bye,good", "see you,good", "later,bad"]);
        var failed = Check(file);
        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("1 that cannot be used", failed.Output);
        Assert.Contains("duplicates  1", failed.Output);
        Assert.Contains("texts with different labels: 1", failed.Output);
        Assert.Contains("'Good' (1 rows), 'good' (2 rows)", failed.Output);
        Assert.Contains("training would fail: ", failed.Output);
        Assert.Contains("line 4, column 'text': expected a text, found an empty one", failed.Output);
        Assert.Equal(0, Check(file, "--json").Output.IndexOf('{'));
        using var json = JsonDocument.Parse(Check(file, "--json").Output);
        Assert.Equal(2, json.RootElement.GetProperty("suspicious").EnumerateArray().First(one =>
            one.GetProperty("kind").GetString()!.StartsWith("labels", StringComparison.Ordinal)).GetProperty("examples")[0].GetString()!
                .Split(", ").Length);
        Assert.Contains("line 4", json.RootElement.GetProperty("problem").GetString());
    }

    [Fact]
    public void Texts_that_two_files_of_a_folder_share_are_reported()
    {
        Write("train.csv", "text,label", ["a b,x", "c,y", "d,x", "e,y"]);
        Write("dev.csv", "text,label", ["A  b,x", "f,y"]);
        var shared = Check(_folder);
        Assert.True(shared.ExitCode == 0, shared.Error);
        Assert.Contains("1 rows of ", shared.Output);
        Assert.Contains("'A  b' (", shared.Output);
        Assert.DoesNotContain("`peft data check` shows them", shared.Output);
    }

    [Theory]
    [InlineData("no.csv", "there is no such file", 1)]
    [InlineData("-", "standard input cannot be checked", 2)]
    public void A_file_that_cannot_be_checked_is_an_error(string file, string expected, int code)
    {
        var failed = Check(file);
        Assert.Equal(code, failed.ExitCode);
        Assert.Contains(expected, failed.Error);
    }

    [Fact]
    public void A_prompt_shows_its_words_and_filled_templates()
    {
        var file = Write("a.csv", "text,label", [.. Enumerable.Range(0, 12).Select(row => $"film {row},{(row % 3 == 0 ? 0 : 1)}")]);
        var shown = Check(file, "--task", "prompt", "--prompt", "sst2");
        Assert.True(shown.ExitCode == 0, shown.Error + shown.Output);
        Assert.Contains("prompt sst2: {text} It was {mask}.", shown.Output);
        Assert.Contains("  negative: terrible: film 0 It was terrible.", shown.Output);
        Assert.Contains("  positive: great: film 1 It was great.", shown.Output);
        Assert.Contains("positive          8  ", shown.Output);
        Assert.Contains("training would start", shown.Output);
        var template = Longest(shown) - Longest(Check(file));
        Assert.Equal(4, template); // It was great .
        Assert.True(Longest(Check(file, "--task", "prompt", "--prompt", "sst2", "--demonstrations", "1")) > Longest(shown) + 8);

        int Longest(Cli check) => int.Parse(check.Output.Split("longest ")[1].Split(' ')[0], CultureInfo.InvariantCulture);
    }

    [Fact]
    public void A_prompt_that_does_not_fit_is_reported_with_exit_code_1()
    {
        var prompt = Path.Combine(_folder, "own.yaml");
        File.WriteAllText(prompt, "template: '{text} It is {mask}.'\nwords: {a: incomprehensibilities, b: great}\n");
        var file = Write("a.csv", "text,label", ["one,a", "two,b", "three,a", "four,b", "five,a", "six,b"]);
        var failed = Check(file, "--task", "prompt", "--prompt", prompt);
        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("  a: incomprehensibilities (", failed.Output);
        Assert.Contains(" tokens: ", failed.Output);
        Assert.Contains("training would fail: prompt ", failed.Output);
        using var json = JsonDocument.Parse(Check(file, "--task", "prompt", "--prompt", prompt, "--json").Output);
        var word = json.RootElement.GetProperty("prompt").GetProperty("words")[0];
        Assert.Equal("one It is incomprehensibilities.", word.GetProperty("example").GetString());
        Assert.True(word.GetProperty("tokens").GetArrayLength() > 1);
        var unknown = Check(Write("b.csv", "text,label", ["one,a", "two,c"]), "--task", "prompt", "--prompt", prompt);
        Assert.Equal(1, unknown.ExitCode);
        Assert.Matches(" c +1 ", unknown.Output);
        Assert.Contains("the label 'c' has no word in prompt", unknown.Output);
        Assert.Equal(2, Check(file, "--task", "prompt").ExitCode);
        Assert.Contains("--prompt: 'none' is neither a prompt", Check(file, "--task", "prompt", "--prompt", "none").Error);
        var other = Check(file, "--prompt", prompt);
        Assert.Equal((2, true), (other.ExitCode, other.Error.Contains("this is classification", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_prompt_without_room_for_the_texts_and_texts_that_are_cut_are_reported()
    {
        var file = Write("a.csv", "text,label", [.. Enumerable.Range(0, 60).Select(row => $"a film about {row} ships,{row % 2}")]);
        var full = Check(file, "--task", "prompt", "--prompt", "sst2", "--demonstrations", "20");
        Assert.Equal(1, full.ExitCode);
        Assert.Contains("training would fail: --max-length: 128 leaves no room", full.Output);
        var cut = Check(file, "--task", "prompt", "--prompt", "sst2", "--max-length", "8");
        Assert.True(cut.ExitCode == 0, cut.Output);
        Assert.Contains("54 of 54 training rows are cut to --max-length 8", cut.Output);
        Assert.DoesNotContain("are cut to", Check(file, "--task", "prompt", "--prompt", "sst2", "--max-length", "auto").Output);
    }

    [Fact]
    public void A_published_file_of_single_texts_is_refused_for_a_prompt_on_pairs()
    {
        var train = Path.Combine(_folder, "train.tsv");
        File.WriteAllLines(train, ["a fine film\t1", "a dull one\t0", "superb\t1", "the worst\t0"]);
        var refused = Check(_folder, "--task", "prompt", "--prompt", "rte");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("train.tsv: is a few-shot file of sst2, and prompt 'rte' has {text} and {pair}; give --prompt sst2", refused.Error);
    }

    [Fact]
    public void Short_texts_have_no_percentile_above_the_longest()
    {
        var file = Write("a.csv", "text,label", ["a,x", "b,y", "c,x", "d,y"]);
        Assert.Contains("median 3, 99% up to 3, longest 3", Check(file).Output);
    }

    private static Cli Check(string file, params string[] more) => Cli.Run(["data", "check", file, "--backbone", "builtin", .. more]);

    private string Write(string name, string header, string[] rows)
    {
        var file = Path.Combine(_folder, name);
        File.WriteAllLines(file, [header, .. rows]);
        return file;
    }
}
