using Peft.Models;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>Examples padded on the right, with the positions of their completions.</summary>
/// <param name="Inputs">Ids and mask [batch, length].</param>
/// <param name="Rows">Indices into batch times length: the positions that predict a completion token, int64 [completion tokens].</param>
/// <param name="Labels">Those tokens, int64 [completion tokens].</param>
/// <param name="Tokens">Real tokens of the batch.</param>
internal sealed record GenerationBatch(DecoderInputs Inputs, Tensor Rows, Tensor Labels, long Tokens)
{
    public static GenerationBatch Create(IReadOnlyList<GenerationExample> examples, int padId, Device device)
    {
        var length = examples.Max(example => example.Ids.Length);
        var ids = new long[examples.Count * length];
        var mask = new long[ids.Length];
        Array.Fill(ids, padId);
        var (rows, labels) = (new List<long>(), new List<long>());
        for (var row = 0; row < examples.Count; row++)
        {
            var example = examples[row];
            for (var at = 0; at < example.Ids.Length; at++)
            {
                ids[(row * length) + at] = example.Ids[at];
                mask[(row * length) + at] = 1;
                if (!example.Counts(at))
                    continue;
                rows.Add((row * length) + at - 1);
                labels.Add(example.Ids[at]);
            }
        }

        var isPadded = examples.Any(example => example.Ids.Length < length);
        var inputs = new DecoderInputs(
            tensor(ids, [examples.Count, length], device: device), isPadded
                ? tensor(mask, [examples.Count, length], device: device) : null);
        return new GenerationBatch(
            inputs, tensor(rows.ToArray(), device: device), tensor(labels.ToArray(), device: device),
            examples.Sum(example => (long)example.Ids.Length));
    }

    /// <summary>The logits of the completion tokens only, [completion tokens, vocabulary].</summary>
    public Tensor Logits(CausalLanguageModel decoder) => decoder.Logits(Hidden(decoder));

    /// <summary>The hidden states that predict the completion tokens, [completion tokens, hidden].</summary>
    public Tensor Hidden(CausalLanguageModel decoder)
    {
        var hidden = decoder.Decoder.call(Inputs).LastHidden;
        return hidden.reshape(-1, hidden.shape[2]).index_select(0, Rows);
    }
}
