using Peft.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Cli.Verification;

/// <summary>Verifies plain decoders: every hidden state, logits, greedy continuation, and that both weight files hold the same.</summary>
internal static class DecoderVerifier
{
    public static List<Check> Run(CaseFolder data, Device device)
    {
        using var frozen = no_grad();
        using var model = Pretrained.LanguageModel(data.Path);
        model.to(device).eval();
        var prefix = data.Has("input_ids") ? "" : "input.";
        var ids = data.Read(prefix + "input_ids");
        var states = model.Decoder.States(
            new DecoderInputs(ids, data.Has(prefix + "attention_mask") ? data.Read(prefix + "attention_mask") : null)).HiddenStates;
        var logits = model.Logits(states[^1]);
        var checks = new List<Check>();
        checks.AddRange(BackboneVerifier.States(data, "output.hidden_", states));
        checks.AddRange(Blocks(data, states));
        Compare("output.logits", logits);
        Compare("ref.lm_head", logits);
        Compare("ref.probs", nn.functional.softmax(logits, -1));
        if (data.Has("output.greedy"))
            checks.Add(Greedy(model, ids, data.Read("output.greedy")));
        checks.AddRange(BackboneVerifier.OtherFormat(data.Path));
        return checks;

        void Compare(string name, Tensor actual)
        {
            if (data.Has(name))
                checks.Add(Check.Output(name, actual, data.Read(name)));
        }
    }

    /// <summary>Activations recorded block by block: the embeddings, what each layer gives, the final norm.</summary>
    private static IEnumerable<Check> Blocks(CaseFolder data, IReadOnlyList<Tensor> states)
    {
        for (var layer = 0; layer < states.Count; layer++)
        {
            var name = layer == 0 ? "ref.x" : layer == states.Count - 1 ? "ref.ln_f" : $"ref.block{layer - 1}";
            if (data.Has(name))
                yield return Check.Output(name, states[layer], data.Read(name));
        }
    }

    /// <summary>How many tokens of the recorded greedy continuation differ; a cached pass for each token.</summary>
    private static Check Greedy(CausalLanguageModel model, Tensor ids, Tensor expected)
    {
        var wanted = expected[0].data<long>().ToArray();
        long[] prompt = [.. ids[0].data<long>().ToArray().TakeWhile((id, at) => at < wanted.Length && id == wanted[at])];
        using var cache = new KeyValueCache();
        var different = 0;
        var next = prompt;
        for (var at = prompt.Length; at < wanted.Length; at++)
        {
            var logits = model.call(new DecoderInputs(tensor(next, 1, next.Length, device: ids.device), Cache: cache));
            different += logits[0, -1].argmax().item<long>() == wanted[at] ? 0 : 1;
            next = [wanted[at]];
        }

        return new Check("output.greedy", different, 0);
    }
}
