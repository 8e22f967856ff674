using Peft.Models;
using Peft.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Cli.Verification;

/// <summary>Verifies plain backbones: every hidden state, pooler, logits, and that both weight files hold the same.</summary>
internal static class BackboneVerifier
{
    public static IEnumerable<Check> Run(CaseFolder data, Device device)
    {
        using var frozen = no_grad();
        var inputs = data.Inputs();
        EncoderModel encoder;
        Func<Tensor, Tensor> head = hidden => hidden;
        if (IsBare(data.Path) || !data.Has("output.logits"))
        {
            var model = Pretrained.Encoder(data.Path);
            model.to(device).eval();
            encoder = model.Encoder;
        }
        else if (IsMaskedWords(data.Path))
        {
            var model = Pretrained.MaskedWords(data.Path);
            model.to(device).eval();
            (encoder, head) = (model.Encoder, model.Logits);
        }
        else
        {
            var model = Pretrained.Classifier(data.Path);
            model.to(device).eval();
            (encoder, head) = (model.Encoder, model.Logits);
        }

        var states = encoder.States(inputs).HiddenStates;
        foreach (var check in States(data, "output.hidden_", states))
            yield return check;
        if (data.Has("output.last_hidden_state"))
            yield return Check.Output("output.last_hidden_state", states[^1], data.Read("output.last_hidden_state"));
        if (data.Has("output.pooler_output"))
            yield return Check.Output("output.pooler_output", encoder.Pool(states[^1]), data.Read("output.pooler_output"));
        if (data.Has("output.logits"))
            yield return Check.Output("output.logits", head(states[^1]), data.Read("output.logits"));
        foreach (var check in OtherFormat(data.Path))
            yield return check;
    }

    public static IEnumerable<Check> States(CaseFolder data, string prefix, IReadOnlyList<Tensor> states)
    {
        for (var layer = 0; layer < states.Count; layer++)
        {
            if (data.Has($"{prefix}{layer}"))
                yield return Check.Output($"{prefix}{layer}", states[layer], data.Read($"{prefix}{layer}"));
        }
    }

    private static bool IsBare(string folder)
    {
        using var archive = CheckpointFolder.Open(folder);
        return StoredParts.Encoder(archive, EncoderConfigReader.Read(folder)).OtherHeads().Count == 0;
    }

    private static bool IsMaskedWords(string folder)
    {
        using var archive = CheckpointFolder.Open(folder);
        return archive.Tensors.Keys.Any(key =>
            key.StartsWith("cls.predictions", StringComparison.Ordinal) || key.StartsWith("lm_head", StringComparison.Ordinal));
    }

    /// <summary>Where pytorch_model.bin lies beside model.safetensors, every tensor of it must be the same.</summary>
    public static IEnumerable<Check> OtherFormat(string folder)
    {
        var bin = Path.Combine(folder, "pytorch_model.bin");
        var safe = Path.Combine(folder, "model.safetensors");
        if (!File.Exists(bin) || !File.Exists(safe))
            yield break;
        using var first = CheckpointFolder.Open(safe);
        using var second = CheckpointFolder.Open(bin);
        foreach (var name in first.Tensors.Keys.Where(second.Tensors.ContainsKey))
        {
            var check = Check.Output($"pytorch_model.bin {name}", ArchiveTensors.Read(second, name), ArchiveTensors.Read(first, name));
            if (!check.Passed)
                yield return check;
        }

        yield return new Check("pytorch_model.bin tensors", first.Tensors.Keys.Count(name => !second.Tensors.ContainsKey(name)), 0);
    }
}
