using Peft.Models;

namespace Peft.Tests.Adapters;

public sealed class AdapterFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void I05_A_name_is_in_neither_files_nor_outputs()
    {
        List<byte[]> files = [];
        List<float[]> outputs = [];
        foreach (var name in (string[])["a", "lora", "layer", "0", "classifier", "lora.A", "älter"])
        {
            using var bench = new Bench();
            bench.Add("lor", "houlsby", seed: 9);
            bench.Add(name, "adamix(lora)", head: true);
            outputs.Add([.. bench.Forward(name).data<float>()]);
            AdapterFolder.Save(bench.Model, _folder, name: name);
            files.Add([.. Directory.GetFiles(_folder).Order().SelectMany(File.ReadAllBytes)]);
        }

        Assert.All(files, file => Assert.Equal(files[0], file));
        Assert.All(outputs, output => Assert.Equal(outputs[0], output));
    }

    [Fact]
    public void I34_I35_I36_Several_are_saved_and_loaded_each_with_its_head_and_none_disturbs_the_active()
    {
        using var bench = new Bench();
        bench.Add("a", "lora", head: true);
        bench.Add("b", "adamix(houlsby)", seed: 2, head: true);
        bench.Adapters.Activate("a");
        foreach (var name in bench.Adapters.Names)
            AdapterFolder.Save(bench.Model, Path.Combine(_folder, name), name: name);
        using var other = new Bench();
        other.Add("first", "ia3", seed: 3, head: true);
        var acting = other.Forward("first");
        AdapterFolder.LoadAs(other.Model, "x", Path.Combine(_folder, "b"), Bench.Registry);
        AdapterFolder.LoadAs(other.Model, "y", Path.Combine(_folder, "a"), Bench.Registry);
        Assert.True(Bench.Same(other.Forward(), acting));
        Assert.True(Bench.Same(other.Forward("x"), bench.Forward("b")));
        Assert.True(Bench.Same(other.Forward("y"), bench.Forward("a")));
        Assert.True(Bench.Same(other.Forward([]), other.Base));
        Assert.Throws<DuplicateAdapterException>(() => AdapterFolder.LoadAs(other.Model, "x", Path.Combine(_folder, "a"), Bench.Registry));
        Assert.Throws<UnknownNameException>(() => AdapterFolder.Save(other.Model, _folder, name: "z"));
    }

    [Fact]
    public void I33_A_folder_that_does_not_fit_adds_nothing()
    {
        using var bench = new Bench(EncoderFamily.Roberta);
        bench.Add("a", "lora", head: true);
        AdapterFolder.Save(bench.Model, _folder, name: "a");
        using var other = new Bench();
        other.Add("first", "ia3", seed: 3, head: true);
        var acting = other.Forward("first");
        Assert.Throws<AdapterFolderException>(() => AdapterFolder.LoadAs(other.Model, "x", _folder, Bench.Registry));
        Assert.Equal(["first"], other.Adapters.Names);
        Assert.True(Bench.Same(other.Forward(), acting));
    }
}
