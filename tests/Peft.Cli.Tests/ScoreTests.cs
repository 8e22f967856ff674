using System.Text.Json;

namespace Peft.Cli.Tests;

public sealed class ScoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-score-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Prints_the_scores_asked_for()
    {
        var result = Cli.Run(
            "score", "--hyp", Write("hyp", "the cat sat on the mat\nHello world\n"), "--ref", References(), "--metrics",
            "multi-bleu,ter,meteor");
        Assert.Equal(PeftCommand.Success, result.ExitCode);
        var lines = result.Output.TrimEnd().Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.EndsWith("BLEU = 55.48, 75.0/83.3/75.0/33.3 (BP=0.882, ratio=0.889, hyp_len=8, ref_len=9)", lines[0].TrimEnd());
        Assert.StartsWith("ter", lines[1]);
        Assert.Contains("no synonyms", lines[2]);
    }

    [Fact]
    public void Json_has_every_metric()
    {
        var result = Cli.Run("score", "--hyp", Write("hyp", "the cat sat on the mat\nhello world\n"), "--ref", References(), "--json");
        using var json = JsonDocument.Parse(result.Output);
        Assert.Equal(2, json.RootElement.GetProperty("hypotheses").GetInt32());
        Assert.Equal(3, json.RootElement.GetProperty("references").GetInt32());
        Assert.Equal(13, json.RootElement.GetProperty("scores").EnumerateObject().Count());
        Assert.Equal(0.638157, json.RootElement.GetProperty("scores").GetProperty("bleu").GetDouble(), 1e-6);
    }

    [Fact]
    public void Texts_are_prepared_as_published_for_webnlg()
    {
        var files = (string[])["--hyp", Write("hyp", "It's OK.\n"), "--ref", Write("ref", "it ' s ok .\n"), "--metrics", "ter"];
        Assert.StartsWith("ter               0.00", Cli.Run(["score", .. files, "--tokenize", "--lower"]).Output);
        Assert.StartsWith("ter             100.00", Cli.Run(["score", .. files]).Output);
    }

    [Fact]
    public void An_empty_hypothesis_is_scored_with_a_warning()
    {
        var result = Cli.Run("score", "--hyp", Write("hyp", "the cat sat on a mat\n\n"), "--ref", References(), "--metrics", "ter");
        Assert.Equal(PeftCommand.Success, result.ExitCode);
        Assert.Contains("hyp, line 2: empty hypothesis", result.Error);
        Assert.StartsWith("ter              50.00", result.Output);
    }

    [Theory]
    [InlineData(1, "1 hypotheses", "--hyp", "one")]
    [InlineData(1, "no such file", "--hyp", "nope")]
    [InlineData(1, "no text", "--hyp", "empty")]
    [InlineData(2, "there is no metric 'blue'", "--hyp", "one", "--metrics", "blue")]
    [InlineData(2, "no metric was given", "--hyp", "one", "--metrics", ",")]
    [InlineData(2, "--format", "--hyp", "one", "--format", "xml")]
    [InlineData(1, "words: no such file", "--hyp", "two", "--function-words", "words")]
    public void Bad_input_is_one_line_and_the_exit_code_says_whose_fault_it_is(int code, string part, params string[] arguments)
    {
        Write("one", "a\n");
        Write("two", "a\nb\n");
        Write("empty", "");
        string[] named = [
            .. arguments.Select((argument, index) => index > 0 && arguments[index - 1] is "--hyp" or "--function-words"
            ? Path.Combine(_folder, argument) : argument)];
        var result = Cli.Run(["score", "--ref", References(), .. named]);
        Assert.True(code == result.ExitCode, $"exit {result.ExitCode}: {result.Output}{result.Error}");
        Assert.Contains(part, result.Error);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    private string References() => Write("ref", "the cat sat on a mat\na cat was on the mat\n\nhello big world\n");

    private string Write(string name, string content)
    {
        var file = Path.Combine(_folder, name);
        File.WriteAllText(file, content);
        return file;
    }
}
