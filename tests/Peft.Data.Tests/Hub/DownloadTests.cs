namespace Peft.Data.Tests;

/// <summary>What a hub that behaves gives, and where it is put.</summary>
public sealed class DownloadTests : IDisposable
{
    private readonly FakeHub _hub = new();

    public void Dispose() => _hub.Dispose();

    [Fact]
    public async Task Files_lie_in_the_standard_layout_and_safetensors_are_preferred()
    {
        var folder = await _hub.Download();
        Assert.Equal(Path.Combine(_hub.Repository, "snapshots", FakeHub.Commit), folder);
        Assert.Equal(["config.json", "model.safetensors", "vocab.txt"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
        Assert.Equal(FakeHub.Commit, File.ReadAllText(Path.Combine(_hub.Repository, "refs", "main")));
        foreach (var name in (string[])["config.json", "model.safetensors", "vocab.txt"])
        {
            Assert.Equal(_hub.Files[name], File.ReadAllBytes(Path.Combine(folder, name)));
            Assert.Equal(Path.Combine("..", "..", "blobs", FakeHub.Checksum(name, _hub.Files[name])), new FileInfo(
                Path.Combine(folder, name)).LinkTarget);
        }
    }

    [Theory]
    [InlineData("modules.json")] // marks a sentence encoder
    [InlineData("sentencepiece.bpe.model")]
    public async Task Files_that_loading_looks_for_are_downloaded(string name)
    {
        _hub.Files[name] = [1, 2, 3];
        Assert.Equal([1, 2, 3], await File.ReadAllBytesAsync(Path.Combine(await _hub.Download(), name)));
    }

    [Fact]
    public async Task Beside_a_tokenizer_json_no_sentencepiece_model_is_downloaded()
    {
        (_hub.Files["sentencepiece.bpe.model"], _hub.Files["tokenizer.json"]) = ([1], [2]);
        var folder = await _hub.Download();
        Assert.True(File.Exists(Path.Combine(folder, "tokenizer.json")));
        Assert.False(File.Exists(Path.Combine(folder, "sentencepiece.bpe.model")));
    }

    [Fact]
    public async Task What_is_there_is_not_fetched_again_and_serves_without_the_hub()
    {
        var folder = await _hub.Download();
        var fetched = _hub.Fetched.Count;
        Assert.Equal(folder, await _hub.Download());
        Assert.Equal(fetched, _hub.Fetched.Count);
        var requests = _hub.Server.Requests.Count;
        Assert.Equal(folder, await _hub.Download(_hub.Settings with { Offline = true }));
        Assert.Equal(requests, _hub.Server.Requests.Count);
        Assert.Contains("HF_HUB_OFFLINE", (
            await Assert.ThrowsAsync<HubContentException>(
            () => _hub.Download(_hub.Settings with { Offline = true }, revision: "v2"))).Message);
    }

    [Fact]
    public async Task Several_at_a_time_fetch_each_file_once()
    {
        var folders = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => _hub.Download())));
        Assert.Single(folders.Distinct());
        Assert.Equal(["config.json 0", "model.safetensors 0", "vocab.txt 0"], _hub.Fetched.Order());
    }

    [Fact]
    public async Task Who_waits_for_another_sees_how_far_it_is_and_can_be_stopped()
    {
        var checksum = FakeHub.Checksum("model.safetensors", _hub.Files["model.safetensors"]);
        var path = Path.Combine(_hub.Settings.Cache, ".locks", "models--owner--name", checksum + ".lock");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Directory.CreateDirectory(Path.Combine(_hub.Repository, "blobs"));
        File.WriteAllBytes(Path.Combine(_hub.Repository, "blobs", checksum + ".incomplete"), new byte[777]);
        using (new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            var seen = false;
            using var client = new HubClient(_hub.Settings, new Acting(progress =>
            {
                if (progress is not { File: "model.safetensors", Done: 777 })
                    return;
                seen = true;
                stop.Cancel();
            }));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => client.Download(FakeHub.Id, HubContent.Backbone, cancellation: stop.Token));
            Assert.True(seen);
        }

        Assert.DoesNotContain(_hub.Fetched, one => one.StartsWith("model", StringComparison.Ordinal));
        await _hub.Download();
    }

    [Fact]
    public async Task Progress_is_told_to_the_last_byte()
    {
        var seen = new List<HubProgress>();
        await _hub.Download(progress: new Collecting(seen));
        Assert.Equal(300_000, seen.Last(one => one.File == "model.safetensors").Done);
        Assert.All(seen, one => Assert.True(one.Done <= one.Total));
    }

    [Fact]
    public async Task Weights_in_several_files_come_with_their_index()
    {
        _hub.Files.Remove("model.safetensors");
        foreach (var name in (
            string[])["model.safetensors.index.json", "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"])
            _hub.Files[name] = [1, 2, 3, 4];
        var folder = await _hub.Download();
        Assert.Equal(5, Directory.GetFiles(folder).Length);
        Assert.False(File.Exists(Path.Combine(folder, "pytorch_model.bin")));
    }

    [Fact]
    public async Task Adapters_are_pulled_and_a_repository_without_is_named()
    {
        Assert.Contains("adapter_config.json", (
            await Assert.ThrowsAsync<HubContentException>(() => _hub.Download(content: HubContent.Adapter))).Message);
        _hub.Files["adapter_config.json"] = [1];
        _hub.Files["adapter_model.safetensors"] = [2];
        _hub.Files["adapter_model.bin"] = [3];
        Assert.Equal(["adapter_config.json", "adapter_model.safetensors"], Directory.GetFiles(
            await _hub.Download(content: HubContent.Adapter)).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("a/b/c")]
    [InlineData("../x")]
    [InlineData("a/../b")]
    [InlineData("")]
    [InlineData("a--b")]
    [InlineData("/etc/passwd")]
    public async Task Names_that_are_none_are_refused(string id)
    {
        using var client = new HubClient(_hub.Settings);
        await Assert.ThrowsAsync<HubNameException>(() => client.Download(id, HubContent.Backbone));
        await Assert.ThrowsAsync<HubNameException>(() => client.Download("owner/name", HubContent.Backbone, "../" + id));
        Assert.Empty(_hub.Server.Requests);
    }

    private sealed class Acting(Action<HubProgress> act) : IProgress<HubProgress>
    {
        public void Report(HubProgress value) => act(value);
    }

    private sealed class Collecting(List<HubProgress> seen) : IProgress<HubProgress>
    {
        public void Report(HubProgress value) => seen.Add(value);
    }
}
