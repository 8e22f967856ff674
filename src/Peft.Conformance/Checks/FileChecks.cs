using Peft.Data;
using static TorchSharp.torch;

namespace Peft;

/// <summary>Checks saving and loading.</summary>
internal static class FileChecks
{
    public static IReadOnlyList<ConformanceCheck> All { get; } =
    [
        new("I30", "saved and loaded it is the same to the bit", of => TemporaryFolder.Use(folder => RoundTrip(of, folder))),
        new("I31", "only the adapter and the head are written", of => TemporaryFolder.Use(folder => NothingElseIsWritten(of, folder))),
        new("I33", "a folder that does not fit is refused, and nothing changes",
            of => TemporaryFolder.Use(folder => MisfitIsRefused(of, folder))),
        new("C4", "a merged mixture is the plain method's files and outputs",
            of => TemporaryFolder.Use(folder => MergedIsPlain(of, folder))),
    ];

    private static void RoundTrip(ConformanceCase of, string folder)
    {
        using var subject = new ConformanceSubject(of);
        AdapterFolder.Save(subject.Model, folder);
        using var loaded = subject.Bare();
        AdapterFolder.Load(loaded, folder, of.Registry);
        Require.Equal(subject.Adapter.NamedParameters.Select(pair => pair.Key), loaded.Adapter!.NamedParameters.Select(
            pair => pair.Key), "keys before and after");
        foreach (var (before, after) in subject.Adapter.NamedParameters.Zip(loaded.Adapter.NamedParameters))
            Require.Same(before.Parameter, after.Parameter, $"{before.Key} before and after");
        Require.Same(subject.Forward(), subject.Forward(loaded), "outputs before and after");
    }

    private static void NothingElseIsWritten(ConformanceCase of, string folder)
    {
        using var subject = new ConformanceSubject(of);
        AdapterFolder.Save(subject.Model, folder);
        Require.Equal([AdapterFolder.ManifestName, AdapterFolder.TensorsName], Directory.GetFiles(folder)
            .Select(file => Path.GetFileName(file)).Order(), "files");
        var elements = subject.Adapter.TrainedCount + subject.Model.HeadParameters.Sum(pair => pair.Parameter.numel());
        using var file = SafetensorsFile.Open(Path.Combine(folder, AdapterFolder.TensorsName));
        var bytes = file.Tensors.Values.Sum(tensor => tensor.ByteCount);
        Require.That(bytes == elements * sizeof(float), $"{bytes} bytes for {elements} elements");
    }

    private static void MisfitIsRefused(ConformanceCase of, string folder)
    {
        using var subject = new ConformanceSubject(of);
        AdapterFolder.Save(subject.Model, folder);
        var path = Path.Combine(folder, AdapterFolder.TensorsName);
        List<TensorSource> tensors;
        using (var file = SafetensorsFile.Open(path))
            tensors = [
                .. file.Tensors.Values.Select(
                tensor => new TensorSource(tensor.Name, tensor.DType, tensor.Shape, file.Bytes(tensor.Name).ToArray()))];
        Refused(subject, folder, tensors.Skip(1), "missing", tensors[0].Name);
        Refused(subject, folder, [.. tensors, new TensorSource("stranger", DType.F32, [1], new byte[4])], "unexpected", "stranger");
        Refused(subject, folder, [.. tensors.Skip(1), new TensorSource(tensors[0].Name, DType.F32, [1, 1, 1, 1], new byte[4])],
            "another shape", tensors[0].Name);
    }

    private static void Refused(ConformanceSubject subject, string folder, IEnumerable<TensorSource> tensors, string problem, string name)
    {
        SafetensorsWriter.Write(Path.Combine(folder, AdapterFolder.TensorsName), tensors);
        using var model = subject.Bare();
        var message = Require.Throws<AdapterFolderException>(
            () => AdapterFolder.Load(model, folder, subject.Case.Registry), $"loading with {name} {problem}").Message;
        Require.That(message.Contains(problem, StringComparison.Ordinal)
            && message.Contains(name, StringComparison.Ordinal), $"'{message}' does not say that {name} is {problem}");
        Require.That(model.Adapter is null, "an adapter is attached after the refusal");
        Require.Same(subject.Forward(model), subject.Base, "outputs after the refusal and the backbone's");
    }

    private static void MergedIsPlain(ConformanceCase of, string folder)
    {
        using var subject = new ConformanceSubject(of);
        AdapterFolder.Save(subject.Model, folder, AdapterForm.Merged);
        using var plain = new ConformanceSubject(of, mixed: false);
        using (var file = SafetensorsFile.Open(Path.Combine(folder, AdapterFolder.TensorsName)))
            Require.Equal(plain.Adapter.NamedParameters.Select(pair => pair.Key)
                .Concat(plain.Model.HeadParameters.Select(pair => pair.Name)).Order(), file.Tensors.Keys.Order(), "keys");
        using var loaded = subject.Bare();
        AdapterFolder.Load(loaded, folder, of.Registry);
        Require.That(loaded.Adapter!.Router is null, "the merged adapter still routes");
        using var frozen = no_grad();
        Require.Near(subject.Forward(), subject.Forward(loaded), 1e-6, "the mixture's and the merged adapter's outputs");
    }
}
