using System.Text.Json;
using Peft.Models;
using Peft.Data;
using Peft.Tests.Conformance;
using static TorchSharp.torch;

namespace Peft.Tests.Goldens;

/// <summary>An adapter as a version of the format wrote it, the backbone it belongs to, and the logits that both gave.</summary>
/// <param name="Folder">The folder of one format.</param>
/// <param name="Name">The case; its files lie in a folder of this name.</param>
internal sealed record GoldenCase(string Folder, string Name)
{
    private const string OutputsName = "outputs.json";

    /// <summary>The cases of a format that is written now.</summary>
    public static IReadOnlyList<(string Name, string Method, bool Mixed, EncoderFamily Family)> Now { get; } =
    [
        ("lora", "lora", false, EncoderFamily.Bert),
        ("houlsby", "houlsby", false, EncoderFamily.Roberta),
        ("adamix-lora", "lora", true, EncoderFamily.Bert),
        ("prefix", "prefix", false, EncoderFamily.Roberta),
        ("unipelt", "unipelt", false, EncoderFamily.Bert),
    ];

    private string Adapter => Path.Combine(Folder, Name);

    private EncoderFamily Family { get; } = Now.First(known => known.Name == Name).Family;

    private string BackboneFile => Path.Combine(Folder, $"backbone-{Family.ToString().ToLowerInvariant()}.safetensors");

    /// <summary>Logits, by the inference that gave them.</summary>
    public Dictionary<string, float[]> Recorded =>
        JsonSerializer.Deserialize<Dictionary<string, float[]>>(File.ReadAllText(Path.Combine(Adapter, OutputsName)))!;

    /// <summary>The adapter's tensors as bytes.</summary>
    public byte[] Tensors => File.ReadAllBytes(Path.Combine(Adapter, AdapterFolder.TensorsName));

    /// <summary>The recorded backbone with the recorded adapter.</summary>
    public PeftModel Load()
    {
        var classifier = new SequenceClassifier(TinyEncoder.Config(Family), blank: true);
        LoadBackbone(classifier);
        classifier.eval();
        var model = new PeftModel(classifier, SequenceClassifier.HeadName);
        AdapterFolder.Load(model, Adapter, Subject.Registry);
        return model;
    }

    /// <summary>Logits of a loaded model; of a mixture those of its first experts too.</summary>
    public Dictionary<string, float[]> Outputs(PeftModel model)
    {
        using var frozen = no_grad();
        float[] Logits() => [.. model.Run(() => ((SequenceClassifier)model.Backbone).call(TinyEncoder.Batch(Family))).data<float>()];
        var outputs = new Dictionary<string, float[]> { ["default"] = Logits() };
        if (model.Adapter!.Router is { } router)
        {
            router.Inference = MixtureInference.Fixed;
            outputs["fixed"] = Logits();
        }

        return outputs;
    }

    /// <summary>
    /// Writes the case as this version does: perturbed weights and head; one backbone for all cases of its family, written with the first.
    /// </summary>
    public void Write()
    {
        var (_, method, mixed, _) = Now.First(known => known.Name == Name);
        using var subject = new Subject(method, Family, mixed);
        Directory.CreateDirectory(Adapter);
        if (File.Exists(BackboneFile))
        {
            LoadBackbone(subject.Classifier);
        }
        else
        {
            SafetensorsWriter.Write(
                BackboneFile,
                subject.Classifier.named_parameters()
                    .Select(pair => new TensorSource(
                    pair.Item1, DType.F32, [.. pair.Item2.shape], pair.Item2.detach().clone().bytes.ToArray())));
        }

        using (no_grad())
        {
            foreach (var (_, parameter) in subject.Model.HeadParameters)
                parameter.mul_(1.5); // the adapter's head is not the backbone's
        }

        AdapterFolder.Save(subject.Model, Adapter, backbone: "tiny");
        File.WriteAllText(Path.Combine(Adapter, OutputsName), JsonSerializer.Serialize(Outputs(subject.Model)));
    }

    private void LoadBackbone(SequenceClassifier classifier)
    {
        using var file = SafetensorsFile.Open(BackboneFile);
        CheckpointLoader.Load(classifier, file, LoadRules.Strict);
    }
}
