using System.Diagnostics;
using System.Net.Sockets;

namespace Peft.Cli.Tests;

/// <summary>Every argument that names a file, given what is no file: one line, exit code 1, at once.</summary>
public sealed class HostileFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-files-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Pipes_devices_sockets_folders_and_dangling_links_are_refused_in_one_line()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("kinds of files are asked of Linux's kernel");
        var (pipe, socket, link, empty) = (Place("pipe"), Place("socket"), Place("link"), Place("empty"));
        using (var made = Process.Start("mkfifo", [pipe]))
            made.WaitForExit();
        using var listening = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listening.Bind(new UnixDomainSocketEndPoint(socket));
        File.CreateSymbolicLink(link, Place("nothing"));
        File.WriteAllText(empty, "");
        var text = Place("text");
        File.WriteAllText(text, "a b\n");
        foreach (var path in (string[])["/dev/zero", pipe, socket, link, empty, Place("nothing")])
        {
            foreach (var arguments in Commands(path, text))
            {
                var result = Cli.Run(arguments);
                var what = $"{string.Join(' ', arguments)}: {result.ExitCode} {result.Error}";
                Assert.True(result.ExitCode is PeftCommand.Failure or PeftCommand.Usage, what);
                Assert.True(result.Error.TrimEnd('\n').Split('\n').Length == 1, what);
                Assert.DoesNotContain("PEFT_DEBUG", result.Error, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_pipe_in_a_folder_of_weights_vocabulary_or_configuration_does_not_stop_the_command()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("kinds of files are asked of Linux's kernel");
        foreach (var name in (string[])["config.json", "vocab.txt", "tokenizer.json", "model.safetensors", "pytorch_model.bin",
            "adapter.json",
            "adapter_config.json", "result.json", "train.tsv", "train.txt"])
        {
            var folder = Directory.CreateDirectory(Place("of-" + name)).FullName;
            using (var made = Process.Start("mkfifo", [Path.Combine(folder, name)]))
                made.WaitForExit();
            string[][] commands =
            [
                ["inspect", folder], ["verify", folder], ["eval", folder], ["train", "--backbone", folder],
                ["convert", folder, Place("o"), "--to", "hf-peft"],
                ["train", "--task", "sst2", "--data", folder], ["train", "--task", "text", "--backbone", "builtin-gpt2", "--data", folder],
            ];
            foreach (var command in commands)
            {
                var result = Cli.Run(command);
                var what = $"{string.Join(' ', command)}: {result.ExitCode} {result.Error}";
                Assert.True(result.ExitCode is PeftCommand.Failure or PeftCommand.Usage, what);
                Assert.True(result.Error.TrimEnd('\n').Split('\n').Length == 1, what);
            }
        }
    }

    private string[][] Commands(string path, string text) =>
    [
        ["inspect", path], ["diff", path, path], ["verify", path], ["eval", path], ["predict", path, "--text", "a"],
        ["merge", path, "--into", Place("merged")], ["convert", path, Place("converted"), "--to", "hf-peft"],
        ["train", "--config", path, "--epochs", "none"], ["train", "--backbone", path, "--max-steps", "1"],
        ["train", "--task", "sst2", "--data", path], ["train", "--task", "e2e", "--backbone", "builtin-gpt2", "--data", path],
        ["train", "--add-tokens", path, "--max-steps", "1"], ["generate", "--input", path],
        ["generate", "--adapter", path, "--prompt", "a"],
        ["generate", "--backbone", path, "--prompt", "a"], ["score", "--hyp", path, "--ref", text], ["score", "--hyp", text, "--ref", path],
        ["score", "--hyp", text, "--ref", text, "--metrics", "meteor", "--function-words", path],
    ];

    private string Place(string name) => Path.Combine(_folder, name);
}
