using System.Diagnostics;
using System.Text.Json;

namespace Peft.Cli.Tests;

/// <summary>Files and standard input as they are in the wild, through the commands.</summary>
public sealed class WildInputTests : IDisposable
{
    private static readonly string[] s_short =
        ["--device", "cpu", "--epochs", "1", "--max-steps", "1", "--max-length", "16", "--threads", "1", "--method", "head-only"];

    private readonly string _folder = Directory.CreateTempSubdirectory("peft-wild-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Glue_rows_are_skipped_on_request_and_the_notice_is_shown_once_logged_and_stored()
    {
        Write("train.tsv", "\uFEFFsentence\tlabel\r\ngood\t1\r\n\r\nbad\t0\r\nfine\r\npoor\t0\r\n\r\n\r\n");
        Write("dev.tsv", "sentence\tlabel\nfine\t1\nbad\t0\n");
        string[] arguments = ["--task", "sst2", "--data", _folder, .. s_short];
        var refused = Cli.Run(["train", .. arguments]);
        Assert.Equal(PeftCommand.Failure, refused.ExitCode);
        Assert.Equal(
            $"peft: {Path.Combine(_folder, "train.tsv")}:3: expected 2 columns separated by tabs, found an empty line. Correct it, or give "
                + "--skip-malformed to skip malformed rows.\n", refused.Error);

        var run = Path.Combine(_folder, "run");
        var trained = Cli.Run(["train", .. arguments, "--skip-malformed", "--output", run]);
        Assert.True(trained.ExitCode == 0, trained.Error);
        var notice = $"{Path.Combine(_folder, "train.tsv")}: 2 malformed rows skipped (lines 3, 5)";
        Assert.Equal(2, trained.Error.Split(notice).Length);
        Assert.Contains(notice, File.ReadAllText(Path.Combine(run, "log.txt")));
        using var result = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "result.json")));
        Assert.Equal(notice, result.RootElement.GetProperty("dataNotices")[0].GetString());
        Assert.Equal(3, result.RootElement.GetProperty("trainRows").GetInt32());

        var evaluated = Cli.Run("eval", run, "--device", "cpu"); // as the run's settings say
        Assert.True(evaluated.ExitCode == 0, evaluated.Error);
        Assert.Contains(notice, evaluated.Error);
        var compared = Cli.Run([
            "compare", .. arguments[..^2], "--skip-malformed", "--methods", "head-only,lora", "--seeds", "1,2"]);
        Assert.True(compared.ExitCode == 0, compared.Error);
        Assert.Equal(2, compared.Error.Split(notice).Length);
    }

    [Fact]
    public void Eval_skips_rows_of_other_data()
    {
        var run = Path.Combine(_folder, "run");
        Write("train.tsv", "sentence\tlabel\ngood\t1\nbad\t0\n");
        Write("dev.tsv", "sentence\tlabel\nfine\t1\nbad\t0\n");
        Assert.Equal(0, Cli.Run(["train", "--task", "sst2", "--data", _folder, "--output", run, .. s_short]).ExitCode);
        Write("dev.tsv", "sentence\tlabel\nfine\t1\nbad\t9\n");
        Assert.Contains("--skip-malformed", Cli.Run("eval", run, "--device", "cpu").Error);
        var skipped = Cli.Run("eval", run, "--device", "cpu", "--skip-malformed");
        Assert.True(skipped.ExitCode == 0, skipped.Error);
        Assert.Contains("dev.tsv: 1 malformed row skipped (line 3)", skipped.Error);
    }

    [Fact]
    public void Score_leaves_out_records_without_a_reference_on_request()
    {
        string[] files = ["--hyp", Write("hyp", "a b\nc d\ne f\n"), "--ref", Write("ref", "a b\n\n\ne f\n"), "--metrics", "ter"];
        var refused = Cli.Run(["score", .. files]);
        Assert.Equal(PeftCommand.Failure, refused.ExitCode);
        Assert.Contains("--skip-malformed", refused.Error);
        var scored = Cli.Run(["score", .. files, "--skip-malformed"]);
        Assert.Equal($"peft: {files[3]}: 1 malformed row skipped (record 2).\n", scored.Error);
        Assert.StartsWith("ter               0.00", scored.Output);
    }

    [Fact]
    public void Generate_skips_empty_lines_on_request_and_writes_a_line_for_each_text()
    {
        var input = Write("in", "\uFEFFone\rtwo\r\n\r\nthree\u2028four\r\n\r\n");
        string[] arguments = ["generate", "--input", input, "--max-new-tokens", "2", "--device", "cpu", "--json"];
        var refused = Cli.Run(arguments);
        Assert.Equal(
            $"peft: --input {input}, line 2: expected a text, found an empty line. Correct it, or give --skip-malformed to skip malformed "
                + "rows.\n", refused.Error);
        Assert.Equal(PeftCommand.Usage, refused.ExitCode);
        var generated = Cli.Run([.. arguments, "--skip-malformed"]);
        Assert.True(generated.ExitCode == 0, generated.Error);
        Assert.Contains($"peft: --input {input}: 1 malformed row skipped (line 2).", generated.Error);
        Assert.Equal(["one\rtwo", "three\u2028four"], generated.Output.TrimEnd().Split('\n').Select(Prompt));
    }

    [Fact]
    public async Task Predict_reads_lines_at_lf_and_crlf_and_prints_one_line_for_each_text()
    {
        var run = Path.Combine(_folder, "run");
        Assert.Equal(0, Cli.Run(["train", "--train-limit", "8", "--dev-limit", "4", "--output", run, .. s_short]).ExitCode);
        const string Input = "\uFEFFa\rb\u0085c\r\nd\ve\ff\u2028g\r\n\r\n\n";
        var json = await Predict(Input, run, "--json");
        Assert.True(json.ExitCode == 0, json.Error);
        Assert.Equal(["a\rb\u0085c", "d\ve\ff\u2028g"], json.Output.TrimEnd('\n').Split('\n').Select(line => Field(line, "text")));
        var plain = await Predict(Input, run);
        Assert.Equal(["a b c", "d e f g"], plain.Output.TrimEnd('\n').Split('\n').Select(line => line.Split('\t')[2]));
        var refused = await Predict("a\n\nb\n", run);
        Assert.Equal(PeftCommand.Usage, refused.ExitCode);
        Assert.Contains(
            "standard input, line 2: expected a text, found an empty line. Correct it, or give --skip-malformed", refused.Error);
        var skipped = await Predict("a\n\nb\n", run, "--skip-malformed");
        Assert.Contains("standard input: 1 malformed row skipped (line 2)", skipped.Error);
        Assert.Equal(3, skipped.Output.Split('\n').Length);
        Assert.Equal(2, Cli.Run("predict", run, "--device", "cpu", "--text", "a\nb\tc").Output.Split('\n').Length);
    }

    [Fact]
    public async Task Predict_for_a_task_of_pairs_needs_two_texts()
    {
        var run = Path.Combine(_folder, "run");
        foreach (var file in (string[])["train.tsv", "dev.tsv"])
            Write(file, "index\tsentence1\tsentence2\tlabel\n0\ta\tb\tentailment\n1\tc\td\tnot_entailment\n");
        Assert.Equal(0, Cli.Run(["train", "--task", "rte", "--data", _folder, "--output", run, .. s_short]).ExitCode);
        var refused = await Predict("a\tb\nc\n", run);
        Assert.Contains("standard input, line 2: expected two texts separated by a tab, found one.", refused.Error);
        Assert.Equal(3, (await Predict("a\tb\nc\nd\te\n", run, "--skip-malformed")).Output.Split('\n').Length);
    }

    private static string? Prompt(string line) => Field(line, "prompt");

    private static string? Field(string line, string name)
    {
        using var json = JsonDocument.Parse(line);
        return json.RootElement.GetProperty(name).GetString();
    }

    /// <summary>In a process of its own: standard input is read as bytes.</summary>
    private static async Task<Cli> Predict(string input, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "Peft.Cli"), ["predict", .. arguments, "--device", "cpu"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        await process.StandardInput.BaseStream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(input));
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return new Cli(process.ExitCode, await output, await error);
    }

    private string Write(string name, string content)
    {
        var file = Path.Combine(_folder, name);
        File.WriteAllText(file, content);
        return file;
    }
}
