namespace Peft.Cli.Tests;

/// <summary><c>--add-tokens</c> from the command line: every command that reads the run knows the tokens.</summary>
public sealed class AddTokensTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-tokens-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string this[string name] => Path.Combine(_folder, name);

    [Fact]
    public void Generate_merge_inspect_and_convert_know_the_tokens_of_a_run()
    {
        File.WriteAllText(this["tokens.txt"], "<ent>\n<ask>\n");
        File.WriteAllLines(this["train.txt"], Enumerable.Range(0, 8).Select(i => $"<ask> : place {i}||the <ent> is cheap"));
        File.Copy(this["train.txt"], this["valid.txt"]);
        Succeeds(
            "train", "--task", "e2e", "--data", _folder, "--backbone", "builtin-gpt2", "--method", "lora", "--add-tokens",
            this["tokens.txt"], "--epochs", "2", "--max-length", "32", "--output", this["run"]);
        string[] prompt = ["--prompt", "<ask> : place 3", "--contexts", "--max-new-tokens", "4"];
        var adapted = Succeeds(["generate", "--adapter", this["run"], .. prompt]);
        Succeeds("merge", this["run"], "--into", this["merged"]);
        Assert.Equal(adapted, Succeeds(["generate", "--backbone", this["merged"], .. prompt]));
        Assert.Contains("added tokens: <ent>, <ask>", Succeeds("inspect", this["run"]), StringComparison.Ordinal);
        var result = Cli.Run("convert", this["run"], this["converted"], "--to", "hf-peft");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("the adapter adds 2 tokens to the vocabulary", result.Error, StringComparison.Ordinal);
    }

    private static string Succeeds(params string[] arguments)
    {
        var result = Cli.Run(arguments);
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Output;
    }
}
