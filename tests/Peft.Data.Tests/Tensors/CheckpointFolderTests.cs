namespace Peft.Data.Tests;

public sealed class CheckpointFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_forms_are_looked_for_in_order()
    {
        Torch("only.pth");
        Assert.Equal("only.pth", Opened());
        Safetensors("adapter.safetensors", "a");
        Assert.Equal("adapter.safetensors", Opened());
        Torch("pytorch_model.bin");
        Assert.Equal("pytorch_model.bin", Opened());
        Safetensors("model-1.safetensors", "a");
        _folder.Write("model.safetensors.index.json", """{"weight_map": {"a": "model-1.safetensors"}}""");
        Assert.Equal("model.safetensors.index.json", Opened());
        Safetensors("model.safetensors", "a");
        Assert.Equal("model.safetensors", Opened());
    }

    [Fact]
    public void Files_are_told_apart_by_content_where_the_name_does_not_say()
    {
        Safetensors("weights", "a");
        File.Copy(TorchBinFileTests.Fixture("lone.zip.bin"), Path.Combine(_folder.Path, "checkpoint"));

        using var one = CheckpointFolder.Open(Path.Combine(_folder.Path, "weights"));
        using var other = CheckpointFolder.Open(Path.Combine(_folder.Path, "checkpoint"));

        Assert.IsType<SafetensorsFile>(one);
        Assert.IsType<TorchBinFile>(other);
    }

    [Fact]
    public void Shards_are_one_archive()
    {
        Safetensors("one.safetensors", "a", "b");
        Torch("two.bin");
        var index = _folder.Write(
            "pytorch_model.bin.index.json",
            """{"metadata": {"total_size": 9}, "weight_map": {"a": "one.safetensors", "tensor": "two.bin", "b": "one.safetensors"}}""");

        using var archive = CheckpointFolder.Open(_folder.Path);

        Assert.Equal(index, archive.Path);
        Assert.Equal(["a", "tensor", "b"], archive.Tensors.Keys);
        Assert.Equal(8, archive.ToArray("tensor").Length);
        Assert.Equal([1], archive.ToArray("b"));
        Assert.Throws<TensorNotFoundException>(() => archive.ToArray("c"));
    }

    [Theory]
    [InlineData("""{"weight_map": {"a": "one.safetensors", "z": "none.safetensors"}}""", "'none.safetensors' (with 'z') is missing")]
    [InlineData("""{"weight_map": {"z": "one.safetensors"}}""", "'one.safetensors' has the tensor 'z'")]
    [InlineData("""{"weight_map": {"a": "../one.safetensors"}}""", "beside the index")]
    [InlineData("""{"weight_map": {"a": "model.safetensors.index.json"}}""", "beside the index")]
    [InlineData("""{"weight_map": {"a": 4}}""", "beside the index")]
    [InlineData("""{"weight_map": {"a": "one.safetensors", "a": "one.safetensors"}}""", "stands twice")]
    [InlineData("""{"weights": {}}""", "weight_map")]
    [InlineData("[]", "weight_map")]
    [InlineData("{", "not valid JSON")]
    public void Bad_indexes_are_refused(string index, string said)
    {
        Safetensors("one.safetensors", "a");
        _folder.Write("model.safetensors.index.json", index);

        Assert.Contains(said, Assert.Throws<CheckpointIndexException>(
            () => CheckpointFolder.Open(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_to_open_says_what_was_looked_for()
    {
        _folder.Write("config.json", "{}");
        var none = Assert.Throws<CheckpointNotFoundException>(() => CheckpointFolder.Open(_folder.Path));
        Assert.Contains("found config.json", none.Message, StringComparison.Ordinal);
        Assert.Throws<CheckpointNotFoundException>(() => CheckpointFolder.Open(Path.Combine(_folder.Path, "none")));
        Safetensors("one.safetensors", "a");
        Safetensors("two.safetensors", "a");
        var several = Assert.Throws<CheckpointNotFoundException>(() => CheckpointFolder.Open(_folder.Path));
        Assert.Contains("one.safetensors, two.safetensors", several.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("golden/bert_cls/pytorch_model.bin", "golden/bert_cls/model.safetensors")]
    [InlineData("data/models/rnabert/raw/RNABERT.pth", "data/models/rnabert/hf/model.safetensors")]
    [InlineData("golden/bert_cls/pytorch_model.bin", "golden/bert_cls")]
    public void Real_files_equal_their_twins(string torch, string safetensors)
    {
        using var left = CheckpointFolder.Open(SharedData.Require(torch));
        using var right = CheckpointFolder.Open(SharedData.Require(safetensors));

        Assert.NotEmpty(right.Tensors);
        foreach (var (name, info) in right.Tensors)
        {
            var twin = left.Tensors.ContainsKey(name) ? name : OldName(name);
            Assert.Equal(info.Shape, left.Find(twin).Shape);
            Assert.Equal(info.DType, left.Find(twin).DType);
            Assert.True(right.ToArray(name).AsSpan().SequenceEqual(left.ToArray(twin)), name);
        }
    }

    /// <summary>What the authors of the second file called a tensor before it was converted.</summary>
    private static string OldName(string name) => name.Replace(".self.", ".selfattn.", StringComparison.Ordinal)
        .Replace("LayerNorm.weight", "LayerNorm.gamma", StringComparison.Ordinal)
            .Replace("LayerNorm.bias", "LayerNorm.beta", StringComparison.Ordinal);

    [Fact]
    public void Every_real_torch_file_at_hand_is_read()
    {
        var files = Directory.GetFiles(SharedData.Require("data"), "*.*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".bin" or ".pt" or ".pth").ToList();

        Assert.All(files, file =>
        {
            using var archive = CheckpointFolder.Open(file);
            Assert.All(archive.Tensors.Values, tensor => Assert.Equal(tensor.ByteCount, archive.ToArray(tensor.Name).Length));
        });
    }

    private string Opened()
    {
        using var archive = CheckpointFolder.Open(_folder.Path);
        return Path.GetFileName(archive.Path);
    }

    private void Torch(string name) => File.Copy(TorchBinFileTests.Fixture("lone.legacy.bin"), Path.Combine(_folder.Path, name));

    private void Safetensors(string file, params string[] tensors) =>
        SafetensorsWriter.Write(
            Path.Combine(_folder.Path, file), tensors.Select(name => new TensorSource(name, DType.U8, [1], new byte[] { 1 })));
}
