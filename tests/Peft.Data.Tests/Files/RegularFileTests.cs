using System.Diagnostics;
using System.Net.Sockets;

namespace Peft.Data.Tests;

/// <summary>Only regular files of a bounded size are read as weights, vocabularies, configurations and data.</summary>
public sealed class RegularFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_no_regular_file_is_named_and_never_opened()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("kinds of files are asked of Linux's kernel");
        var (pipe, socket, link) = (Place("pipe"), Place("socket"), Place("link"));
        using (var made = Process.Start("mkfifo", [pipe]))
            made.WaitForExit();
        using var listening = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listening.Bind(new UnixDomainSocketEndPoint(socket));
        File.CreateSymbolicLink(link, pipe);
        foreach (var (path, kind) in ((string, string)[])
            [("/dev/zero", "a character device"), (pipe, "a pipe"), (link, "a pipe"), (socket, "a socket"), (_folder.Path, "a folder")])
        {
            foreach (var open in (Action<string>[])
                [file => RegularFile.Open(file), file => RegularFile.Read(file, 1), file => TextLines.Read(file),
                    file => SafetensorsFile.Open(file), file => TorchBinFile.Open(file), file => AddedTokensFile.Read(file),
                    file => CorpusReader.Read(file, [file]),
                    file => GenerationTasks.Load("text", Folder("train.txt", file), GenerationSplit.Train)])
            {
                var problem = Assert.Throws<FileKindException>(() => open(path));
                Assert.Contains($"is {kind}; expected a regular file.", problem.Message, StringComparison.Ordinal);
            }
        }

        foreach (var name in (string[])["vocab.txt", "tokenizer.json", "vocab.json"])
            Assert.Throws<FileKindException>(() => TokenizerFiles.Load(Folder(name, "/dev/zero", ("merges.txt", "a b\n"))));
        foreach (var name in (string[])["model.safetensors", "pytorch_model.bin", "model.safetensors.index.json"])
            Assert.Throws<FileKindException>(() => CheckpointFolder.Open(Folder(name, pipe)));
    }

    [Fact]
    public void Files_beyond_the_bound_of_their_kind_are_refused()
    {
        foreach (var (name, most) in ((string, long)[])
            [("tokenizer.json", RegularFile.MaxVocabulary), ("vocab.txt", RegularFile.MaxVocabulary),
                ("tokenizer_config.json", RegularFile.MaxConfig), ("model.safetensors.index.json", RegularFile.MaxVocabulary)])
        {
            var folder = Path.Combine(_folder.Path, "large-" + name);
            Directory.CreateDirectory(folder);
            if (name == "tokenizer_config.json")
                File.WriteAllText(Path.Combine(folder, "vocab.txt"), "a");
            using (var file = File.Create(Path.Combine(folder, name)))
                file.SetLength(most + 1);
            var problem = Assert.Throws<FileTooLargeException>(() =>
            {
                if (name.StartsWith("model", StringComparison.Ordinal))
                    CheckpointFolder.Open(folder);
                else
                    TokenizerFiles.Load(folder);
            });
            Assert.Contains(FormattableString.Invariant($"may have at most {most:N0}"), problem.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Empty_and_missing_files_are_no_kind_of_their_own()
    {
        var empty = _folder.Write("empty.safetensors", "");
        Assert.Throws<SafetensorsFormatException>(() => SafetensorsFile.Open(empty));
        Assert.Throws<TorchFileFormatException>(() => TorchBinFile.Open(empty));
        Assert.Empty(TextLines.Read(empty));
        File.CreateSymbolicLink(Place("dangling.safetensors"), Place("nothing"));
        Assert.Contains(
            "is a link that leads nowhere",
            Assert.Throws<FileKindException>(() => SafetensorsFile.Open(Place("dangling.safetensors"))).Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => RegularFile.Open(Place("nothing")));
    }

    private string Place(string name) => Path.Combine(_folder.Path, name);

    /// <summary>A folder with a link to a file under another name.</summary>
    private string Folder(string name, string target, params (string Name, string Content)[] others)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder.Path, Guid.NewGuid().ToString("N"))).FullName;
        File.CreateSymbolicLink(Path.Combine(folder, name), target);
        foreach (var (other, content) in others)
            File.WriteAllText(Path.Combine(folder, other), content);
        return folder;
    }
}
