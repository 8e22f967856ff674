using Peft.Models;
using Peft.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Cli.Verification;

/// <summary>
/// Verifies published models against stored activations (<c>reference.safetensors</c>): from ids, or from embedding outputs where a model
/// comes without embeddings.
/// </summary>
internal static class ReferenceVerifier
{
    private const string EmbeddingOutput = ".embedding_output";

    public static IEnumerable<Check> Run(CaseFolder data, Device device)
    {
        using var frozen = no_grad();
        return data.Has("input_ids") ? FromIds(data, device) : FromEmbeddings(data, device);
    }

    private static List<Check> FromIds(CaseFolder data, Device device)
    {
        using var model = Pretrained.Encoder(data.Path); // no logits are stored
        model.to(device).eval();
        var inputs = new EncoderInputs(data.Read("input_ids"), data.Has("attention_mask") ? data.Read("attention_mask") : null);
        return [.. BackboneVerifier.States(data, "hidden_states.", model.Encoder.States(inputs).HiddenStates)];
    }

    private static List<Check> FromEmbeddings(CaseFolder data, Device device)
    {
        using var model = new SequenceClassifier(data.Config);
        using var archive = CheckpointFolder.Open(Path.Combine(data.Path, "encoder.safetensors"));
        CheckpointLoader.Load(model, archive, new LoadRules(["bert.embeddings."], []));
        model.to(device).eval();
        var checks = new List<Check>();
        var samples = data.Names.Where(name => name.EndsWith(EmbeddingOutput, StringComparison.Ordinal))
            .Select(name => name[..^EmbeddingOutput.Length]).Order();
        foreach (var sample in samples)
        {
            var states = model.Encoder.Stack.States(data.Read(sample + EmbeddingOutput), null);
            checks.AddRange(BackboneVerifier.States(data, sample + ".hidden_states.", states));
            checks.Add(Check.Output(sample + ".logits", model.Logits(states[^1]), data.Read(sample + ".logits")));
        }

        return checks;
    }
}
