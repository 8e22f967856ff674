using System.Diagnostics;
using System.Net.Sockets;

namespace Peft.Cli.Tests;

/// <summary>
/// Every path that a command takes, and every file of a backbone's and a run's folder, as every kind of thing that is not what was
/// expected: refused in one line, without a hang and without an exception of the runtime.
/// </summary>
public sealed class HostilePathTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static readonly string[] s_small = ["--train-limit", "8", "--dev-limit", "8", "--max-steps", "1", "--max-length", "16"];
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-paths-").FullName;

    private Socket? _socket;

    public void Dispose()
    {
        _socket?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    public static TheoryData<string> Kinds { get; } = new(
        "missing", "empty", "folder", "pipe", "zero", "garbage", "dangling", "loop", "socket", "sparse");

    private string Odd => Path.Combine(_folder, "odd");

    private string New => Path.Combine(_folder, "new");

    [Theory, MemberData(nameof(Kinds))]
    public void A_path_of_another_kind_is_refused(string kind)
    {
        var (run, backbone) = Prepare();
        Make(kind, Odd);
        string[][] commands =
        [
            ["train", "--backbone", Odd, .. s_small], ["train", "--task", "sst2", "--data", Odd, .. s_small],
            ["train", "--config", Odd, .. s_small], ["train", "--backbone", backbone, "--add-tokens", Odd, .. s_small],
            ["train", "--task", "e2e", "--backbone", "builtin-gpt2", "--data", Odd],
            ["score", "--hyp", Text("hyp"), "--ref", Text("ref"), "--metrics", "meteor", "--function-words", Odd],
            ["methods", "--plugins", Odd], ["eval", Odd], ["eval", run, "--backbone", Odd], ["predict", Odd, "--text", "x"],
            ["predict", run, "--backbone", Odd, "--text", "x"], ["generate", "--backbone", Odd, "--prompt", "x"],
            ["generate", "--adapter", Odd, "--prompt", "x"], ["generate", "--input", Odd], ["score", "--hyp", Odd, "--ref", Text("ref")],
            ["score", "--hyp", Text("hyp"), "--ref", Odd], ["plan", "--method", "lora", "--backbone", Odd], ["inspect", Odd],
            ["merge", Odd, "--into", New], ["merge", run, "--backbone", Odd, "--into", New], ["diff", Odd, run], ["diff", run, Odd],
            ["convert", Odd, New, "--to", "hf-peft"], ["convert", run, New, "--to", "hf-peft", "--backbone", Odd], ["verify", Odd],
        ];
        AssertRefused(kind, commands.Where(command => (kind, command[0], command[1]) is not
            (("folder", "methods", _) or ("empty", _, "--config")))); // a folder without plugins, and a run file of defaults
    }

    [Theory, MemberData(nameof(Kinds))]
    public void An_output_of_another_kind_is_refused(string kind)
    {
        if (kind is "missing" or "folder")
            return; // these are what an output should be
        var (run, _) = Prepare();
        Make(kind, Odd);
        AssertRefused(kind,
        [
            ["train", "--output", Odd, .. s_small], ["merge", run, "--into", Odd], ["convert", run, Odd, "--to", "hf-peft"],
        ]);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_file_of_a_backbone_of_another_kind_is_refused(string kind)
    {
        var (_, backbone) = Prepare();
        foreach (var file in (string[])["config.json", "model.safetensors", "vocab.txt"])
        {
            var path = Path.Combine(backbone, file);
            File.Move(path, path + ".kept");
            Make(kind, path);
            AssertRefused($"{kind} {file}", [["train", "--backbone", backbone, .. s_small]]);
            Clear(path);
            File.Move(path + ".kept", path);
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_file_of_a_run_of_another_kind_is_refused(string kind)
    {
        var (run, _) = Prepare();
        foreach (var file in (string[])["result.json", "adapter/adapter.json", "adapter/adapter.safetensors"])
        {
            var path = Path.Combine(run, file);
            File.Move(path, path + ".kept");
            Make(kind, path);
            string[][] commands = [["predict", run, "--text", "x"], ["eval", run], ["merge", run, "--into", New]];
            AssertRefused($"{kind} {file}", file == "result.json" ? commands[..2] : commands); // merge needs no result
            Clear(path);
            File.Move(path + ".kept", path);
        }
    }

    [Fact]
    public void A_pipe_in_a_folder_of_weights_vocabulary_or_data_does_not_hold_a_command()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("devices and pipes of Linux");
        string[] files =
        [
            "config.json", "vocab.txt", "tokenizer.json", "model.safetensors", "pytorch_model.bin", "adapter.json", "adapter_config.json",
            "result.json", "train.tsv", "train.txt",
        ];
        foreach (var file in files)
        {
            var folder = Directory.CreateDirectory(Path.Combine(_folder, "of-" + file)).FullName;
            Make("pipe", Path.Combine(folder, file));
            AssertRefused($"pipe {file}",
            [
                ["inspect", folder], ["verify", folder], ["eval", folder], ["train", "--backbone", folder],
                ["convert", folder, New, "--to", "hf-peft"], ["train", "--task", "sst2", "--data", folder],
                ["train", "--task", "text", "--backbone", "builtin-gpt2", "--data", folder],
            ]);
        }
    }

    private (string Run, string Backbone) Prepare()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("devices and pipes of Linux");
        var (run, backbone) = (Path.Combine(_folder, "run"), Path.Combine(_folder, "backbone"));
        Assert.Equal(0, Cli.Run(["train", "--output", run, .. s_small]).ExitCode);
        Assert.Equal(0, Cli.Run("merge", run, "--into", backbone).ExitCode);
        return (run, backbone);
    }

    private string Text(string name)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, "a fine film\n");
        return path;
    }

    private static void AssertRefused(string kind, IEnumerable<string[]> commands)
    {
        var found = new List<string>();
        foreach (var command in commands)
        {
            var run = Task.Run(() => Cli.Run(command));
            if (!run.Wait(s_patience))
                Assert.Fail($"{kind}: {string.Join(' ', command)} hangs");
            var (code, _, error) = run.Result;
            var last = error.TrimEnd().Split('\n')[^1];
            if (code is not (PeftCommand.Failure or PeftCommand.Usage) || last.Length == 0
                || error.Contains("PEFT_DEBUG", StringComparison.Ordinal) || error.Contains("   at ", StringComparison.Ordinal))
                found.Add($"{kind}: {string.Join(' ', command)}: {code}, {error}");
        }

        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    private void Make(string kind, string path)
    {
        switch (kind)
        {
            case "empty":
                File.WriteAllBytes(path, []);
                break;
            case "folder":
                Directory.CreateDirectory(path);
                break;
            case "pipe":
                Process.Start("mkfifo", [path]).WaitForExit();
                break;
            case "zero":
                File.CreateSymbolicLink(path, "/dev/zero");
                break;
            case "garbage":
                var bytes = new byte[4096];
                new Random(5).NextBytes(bytes);
                File.WriteAllBytes(path, bytes);
                break;
            case "dangling":
                File.CreateSymbolicLink(path, path + ".nowhere");
                break;
            case "loop":
                File.CreateSymbolicLink(path, path);
                break;
            case "socket":
                _socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                _socket.Bind(new UnixDomainSocketEndPoint(path)); // its file is removed with it
                break;
            case "sparse":
                using (var file = File.Create(path))
                    file.SetLength(20L << 30);
                break;
        }
    }

    private void Clear(string path)
    {
        _socket?.Dispose();
        if (Directory.Exists(path) && new DirectoryInfo(path).LinkTarget is null)
            Directory.Delete(path);
        else
            File.Delete(path);
    }
}
