using System.Diagnostics;

namespace Peft.Data.Tests;

/// <summary>Pipes, devices, folders and odd texts where the hub's cache and token have files.</summary>
public sealed class HostileCacheTests : IDisposable
{
    private const string Weights = "model.safetensors";

    private readonly FakeHub _hub = new();

    private string Blob => Path.Combine(_hub.Repository, "blobs", FakeHub.Checksum(Weights, _hub.Files[Weights]));

    public void Dispose() => _hub.Dispose();

    [Theory]
    [InlineData("pipe", "a pipe")]
    [InlineData("/dev/zero", "a character device")]
    [InlineData("folder", "a folder")]
    public async Task Other_things_than_files_are_refused_in_the_cache(string kind, string said)
    {
        string[] places =
        [
            Blob, Blob + ".incomplete", Path.Combine(_hub.Repository, "snapshots", FakeHub.Commit, Weights),
            Path.Combine(_hub.Settings.Cache, ".locks", "models--owner--name", Path.GetFileName(Blob) + ".lock"),
        ];
        foreach (var place in places)
        {
            Make(kind, place);
            // On a thread of its own, which opening a pipe would hold.
            var problem = await Assert.ThrowsAsync<HubCacheException>(
                () => Task.Run(() => _hub.Download()).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
            Assert.Contains($"{place}: is {said}", problem.Message);
            foreach (var folder in Directory.GetDirectories(_hub.Settings.Cache))
                Directory.Delete(folder, recursive: true);
        }

        await _hub.Download();
    }

    [Fact]
    public async Task A_link_whose_blob_was_deleted_is_replaced()
    {
        var folder = await _hub.Download();
        File.Delete(Blob);
        Assert.Equal(_hub.Files[Weights], File.ReadAllBytes(Path.Combine(await _hub.Download(), Weights)));
        Assert.True(File.Exists(Path.Combine(folder, Weights)));
    }

    [Theory]
    [InlineData("pipe", "is a pipe")]
    [InlineData("../../../etc", "holds '../../../etc'")]
    [InlineData("a\u001bb", "holds 'a\\u001bb'")]
    public async Task A_revision_that_names_no_commit_is_refused(string content, string said)
    {
        await _hub.Download();
        var file = Path.Combine(_hub.Repository, "refs", "main");
        File.Delete(file);
        if (content == "pipe")
            Make(content, file);
        else
            File.WriteAllText(file, content);
        var problem = await Assert.ThrowsAsync<HubCacheException>(() => _hub.Download(_hub.Settings with { Offline = true }));
        Assert.Contains(said, problem.Message);
    }

    [Fact]
    public async Task What_is_cached_is_found_without_the_hub()
    {
        Assert.Null(HubClient.FindCached(_hub.Settings, FakeHub.Id, HubContent.Backbone));
        var folder = await _hub.Download();
        var asked = _hub.Server.Requests.Count;
        Assert.Equal(folder, HubClient.FindCached(_hub.Settings, FakeHub.Id, HubContent.Backbone));
        File.Delete(Path.Combine(folder, Weights));
        Assert.Null(HubClient.FindCached(_hub.Settings, FakeHub.Id, HubContent.Backbone));
        Assert.Equal(asked, _hub.Server.Requests.Count);
    }

    [Fact]
    public async Task A_backbone_of_which_another_program_cached_a_part_is_not_complete()
    {
        _hub.Files.Remove(Weights);
        _hub.Files["model.safetensors.index.json"] = System.Text.Encoding.UTF8.GetBytes(
            """{"weight_map":{"a":"model-00001-of-00002.safetensors","b":"model-00002-of-00002.safetensors"}}""");
        _hub.Files["model-00001-of-00002.safetensors"] = [1];
        _hub.Files["model-00002-of-00002.safetensors"] = [2];
        var folder = await _hub.Download();
        Assert.Equal(folder, HubClient.FindCached(_hub.Settings, FakeHub.Id, HubContent.Backbone));
        const string part = "model-00002-of-00002.safetensors";
        File.Delete(Path.Combine(folder, part));
        Assert.Null(HubClient.FindCached(_hub.Settings, FakeHub.Id, HubContent.Backbone));
        var offline = await Assert.ThrowsAsync<HubContentException>(() => _hub.Download(_hub.Settings with { Offline = true }));
        Assert.Contains($"the cache has no {part}", offline.Message);
        Assert.Equal(folder, await _hub.Download()); // fetches what is missing
        Assert.True(File.Exists(Path.Combine(folder, part)));
        File.Delete(Path.Combine(folder, "model.safetensors.index.json"));
        await File.WriteAllTextAsync(Path.Combine(folder, "model.safetensors.index.json"), "{");
        Assert.Null(HubClient.FindCached(_hub.Settings, FakeHub.Id, HubContent.Backbone));
    }

    [Theory]
    [InlineData("hf_a\nb", "character 5 of the token's 6 is a line break")]
    [InlineData("hf_a b", "a space")]
    [InlineData("hf_\u0007", "U+0007")]
    [InlineData("hf_\u00e9", "U+00E9")]
    public void A_token_that_no_header_can_hold_names_its_variable(string token, string said)
    {
        var settings = HubSettings.FromEnvironment(name => name == "HF_TOKEN" ? token : null);
        var problem = Assert.Throws<HubTokenException>(() => new HubClient(settings));
        Assert.StartsWith("HF_TOKEN: ", problem.Message);
        Assert.Contains(said, problem.Message);
        Assert.DoesNotContain("hf_", problem.Message);
        new HubClient(settings with { Offline = true }).Dispose(); // nothing is sent
    }

    [Theory]
    [InlineData("pipe", "is a pipe")]
    [InlineData("/dev/zero", "is a character device")]
    [InlineData("folder", "is a folder")]
    public void The_file_of_a_token_is_a_small_file(string kind, string said)
    {
        var file = Path.Combine(_hub.Settings.Cache, "token");
        Make(kind, file);
        var problem = Assert.Throws<HubTokenException>(() => HubSettings.FromEnvironment(name => name == "HF_TOKEN_PATH" ? file : null));
        Assert.StartsWith("HF_TOKEN_PATH", problem.Message);
        Assert.Contains(said, problem.Message);
    }

    private static void Make(string kind, string place)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        if (kind == "folder")
            Directory.CreateDirectory(place);
        else if (kind == "pipe")
            Process.Start("mkfifo", [place])!.WaitForExit();
        else
            File.CreateSymbolicLink(place, kind);
    }
}
