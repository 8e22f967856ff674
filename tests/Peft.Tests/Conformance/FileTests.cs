using Peft.Backbones;
using Peft.Formats;
using static TorchSharp.torch;

namespace Peft.Tests.Conformance;

public sealed class FileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-test-").FullName;

    public static IEnumerable<TheoryDataRow<string, EncoderFamily, bool>> All => Subject.All;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory, MemberData(nameof(All))]
    public void I30_Saved_and_loaded_it_is_the_same_to_the_bit(string method, EncoderFamily family, bool mixed)
    {
        using var subject = new Subject(method, family, mixed);
        AdapterFolder.Save(subject.Model, _folder);
        using var classifier = TinyEncoder.Classifier(family);
        using var loaded = new PeftModel(classifier, SequenceClassifier.HeadName);
        AdapterFolder.Load(loaded, _folder, Subject.Registry);
        Assert.Equal(subject.Adapter.NamedParameters.Select(pair => pair.Key), loaded.Adapter!.NamedParameters.Select(pair => pair.Key));
        Assert.All(
            subject.Adapter.NamedParameters.Zip(loaded.Adapter.NamedParameters),
            pair => Assert.True(Subject.Same(pair.First.Parameter, pair.Second.Parameter)));
        Assert.True(Subject.Same(subject.Forward(), loaded.Run(() => classifier.call(subject.Inputs))));
    }

    [Theory, MemberData(nameof(All))]
    public void I31_Only_the_adapter_and_the_head_are_written(string method, EncoderFamily family, bool mixed)
    {
        using var subject = new Subject(method, family, mixed);
        AdapterFolder.Save(subject.Model, _folder);
        Assert.Equal([AdapterFolder.ManifestName, AdapterFolder.TensorsName], Directory.GetFiles(_folder).Select(Path.GetFileName).Order());
        var elements = subject.Adapter.TrainedCount + subject.Model.HeadParameters.Sum(pair => pair.Parameter.numel());
        using var file = SafetensorsFile.Open(Path.Combine(_folder, AdapterFolder.TensorsName));
        Assert.Equal(elements * 4, file.Tensors.Values.Sum(tensor => tensor.ByteCount));
    }

    [Theory, MemberData(nameof(All))]
    public void I33_A_folder_that_does_not_fit_is_refused_and_nothing_changes(string method, EncoderFamily family, bool mixed)
    {
        using var subject = new Subject(method, family, mixed);
        AdapterFolder.Save(subject.Model, _folder);
        var path = Path.Combine(_folder, AdapterFolder.TensorsName);
        List<TensorSource> tensors;
        using (var file = SafetensorsFile.Open(path))
            tensors = [.. file.Tensors.Values.Select(tensor => new TensorSource(tensor.Name, tensor.DType, tensor.Shape, file.Bytes(tensor.Name).ToArray()))];
        AssertRefused(family, path, tensors.Skip(1), "missing", tensors[0].Name);
        AssertRefused(family, path, [.. tensors, new TensorSource("stranger", DType.F32, [1], new byte[4])], "unexpected", "stranger");
        AssertRefused(family, path, [.. tensors.Skip(1), new TensorSource(tensors[0].Name, DType.F32, [1, 1, 1, 1], new byte[4])], "another shape", tensors[0].Name);
    }

    private void AssertRefused(EncoderFamily family, string path, IEnumerable<TensorSource> tensors, string problem, string name)
    {
        SafetensorsWriter.Write(path, tensors);
        using var classifier = TinyEncoder.Classifier(family);
        using var model = new PeftModel(classifier, SequenceClassifier.HeadName);
        var inputs = TinyEncoder.Batch(family);
        var before = classifier.call(inputs);
        var refused = Assert.Throws<AdapterFolderException>(() => AdapterFolder.Load(model, _folder, Subject.Registry));
        Assert.Contains(problem, refused.Message);
        Assert.Contains(name, refused.Message);
        Assert.Null(model.Adapter);
        Assert.True(Subject.Same(before, classifier.call(inputs)));
    }

    [Theory, MemberData(nameof(All))]
    public void A_merged_mixture_is_the_plain_methods_files_and_outputs(string method, EncoderFamily family, bool mixed)
    {
        using var subject = new Subject(method, family, mixed);
        AdapterFolder.Save(subject.Model, _folder, merged: true);
        using var plain = new Subject(method, family, mixed: false);
        using var file = SafetensorsFile.Open(Path.Combine(_folder, AdapterFolder.TensorsName));
        Assert.Equal(
            plain.Adapter.NamedParameters.Select(pair => pair.Key).Concat(plain.Model.HeadParameters.Select(pair => pair.Name)).Order(),
            file.Tensors.Keys.Order());
        using var classifier = TinyEncoder.Classifier(family);
        using var loaded = new PeftModel(classifier, SequenceClassifier.HeadName);
        AdapterFolder.Load(loaded, _folder, Subject.Registry);
        Assert.Null(loaded.Adapter!.Router);
        using var frozen = no_grad();
        Assert.True(Subject.Difference(subject.Forward(), loaded.Run(() => classifier.call(subject.Inputs))) <= 1e-6);
    }
}
