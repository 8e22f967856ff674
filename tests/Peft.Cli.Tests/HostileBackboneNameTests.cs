namespace Peft.Cli.Tests;

/// <summary>A backbone that a stranger's run, adapter or run file names is not downloaded unasked.</summary>
public sealed class HostileBackboneNameTests : IDisposable
{
    private static readonly string[] s_short =
        ["--train-limit", "16", "--dev-limit", "8", "--epochs", "1", "--max-steps", "1", "--max-length", "16"];

    private readonly HubRepository _repository = new();

    private string Run => Path.Combine(_repository.Home, "run");

    private string Into(string name) => Path.Combine(_repository.Home, name);

    public void Dispose() => _repository.Dispose();

    [Fact]
    public void Commands_refuse_until_the_user_agrees_and_then_use_the_cache()
    {
        MakeStrangersRun("builtin");
        (string File, string[] Command)[] commands =
        [
            ("run/result.json", ["predict", Run, "--text", "good"]), ("run/result.json", ["eval", Run]),
            ("run/adapter/adapter.json", ["merge", Run, "--into", Into("merged")]),
            ("run/adapter/adapter.json", ["convert", Run, Into("converted"), "--to", "hf-peft"]),
        ];
        foreach (var (file, command) in commands)
        {
            var refused = Cli.Run(command);
            Assert.Equal(PeftCommand.Usage, refused.ExitCode);
            Assert.All(
                [Path.Combine(_repository.Home, file), $"'{HubRepository.Name}'", "--allow-download", "--backbone"],
                part => Assert.Contains(part, refused.Error));
            Assert.Single(refused.Error.TrimEnd().Split('\n'));
        }

        Assert.Equal(0, Cli.Run("inspect", Run).ExitCode);
        Assert.Equal(0, _repository.Requests);
        var asked = Cli.Run([.. commands[0].Command, "--allow-download"]);
        Assert.True(asked.ExitCode == 0, asked.Error);
        var requests = _repository.Requests;
        Assert.NotEqual(0, requests);
        foreach (var (_, command) in commands)
            Assert.True(Cli.Run(command) is { ExitCode: 0 } or { Error.Length: 0 });
        Assert.Equal(requests, _repository.Requests);
    }

    [Fact]
    public void Generate_refuses_too()
    {
        MakeStrangersRun("builtin-gpt2", "--task", "venues");
        var refused = Cli.Run("generate", "--adapter", Run, "--prompt", "a");
        Assert.Equal(PeftCommand.Usage, refused.ExitCode);
        Assert.Contains($"{Path.Combine(Run, "result.json")}: names the backbone '{HubRepository.Name}'", refused.Error);
        Assert.Equal(0, _repository.Requests);
    }

    [Fact]
    public void Adapters_of_other_libraries_refuse_too()
    {
        MakeStrangersRun("builtin");
        var exported = Cli.Run("convert", Run, Into("theirs"), "--to", "hf-peft", "--backbone", "builtin");
        Assert.True(exported.ExitCode == 0, exported.Error);
        var config = Path.Combine(Into("theirs"), "adapter_config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"builtin\"", $"\"{HubRepository.Name}\"", StringComparison.Ordinal));
        var refused = Cli.Run("merge", Into("theirs"), "--into", Into("merged"));
        Assert.Contains($"{config}: names the backbone '{HubRepository.Name}'", refused.Error);
        Assert.Equal(0, _repository.Requests);
        var asked = Cli.Run("merge", Into("theirs"), "--into", Into("merged"), "--allow-download");
        Assert.True(asked.ExitCode == 0, asked.Error);
    }

    [Theory]
    [InlineData("train")]
    [InlineData("compare", "--methods", "lora")]
    public void So_do_run_files_and_what_the_user_types_is_downloaded(params string[] command)
    {
        var file = Into("run.yaml");
        File.WriteAllText(file, $"backbone: {HubRepository.Name}\n");
        var refused = Cli.Run([.. command, "--config", file, .. s_short]);
        Assert.Equal(PeftCommand.Usage, refused.ExitCode);
        Assert.Contains($"{file}: names the backbone '{HubRepository.Name}'", refused.Error);
        Assert.Equal(0, _repository.Requests);
        var typed = Cli.Run([.. command, "--config", file, "--backbone", HubRepository.Name, .. s_short]);
        Assert.True(typed.ExitCode == 0, typed.Error);
        Assert.Contains($"downloading the backbone {HubRepository.Name}", typed.Error);
    }

    private void MakeStrangersRun(string backbone, params string[] more)
    {
        var trained = Cli.Run(["train", "--backbone", backbone, "--output", Run, .. s_short, .. more]);
        Assert.True(trained.ExitCode == 0, trained.Error);
        foreach (var file in (string[])[Path.Combine(Run, "result.json"), Path.Combine(Run, "adapter", "adapter.json")])
        {
            var text = File.ReadAllText(file);
            var named = text.Replace(
                $"\"backbone\": \"{backbone}\"", $"\"backbone\": \"{HubRepository.Name}\"", StringComparison.Ordinal);
            Assert.NotEqual(text, named);
            File.WriteAllText(file, named);
        }
    }
}
