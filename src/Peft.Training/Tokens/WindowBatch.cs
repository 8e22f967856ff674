using Peft.Data;
using Peft.Models;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>Windows on the model's device, padded to the longest.</summary>
/// <param name="Ids">Token ids, int64 [rows, length].</param>
/// <param name="Mask">1 for real tokens, int64 [rows, length]; null when no row is padded.</param>
/// <param name="Words">The first token of each word as an index into rows times length, int64 [words].</param>
/// <param name="Tokens">The number of real tokens.</param>
internal sealed record WindowBatch(Tensor Ids, Tensor? Mask, Tensor Words, long Tokens)
{
    public static WindowBatch Create(IReadOnlyList<WordWindow> windows, ITokenizer tokenizer, Device device)
    {
        var length = windows.Max(window => window.Ids.Length);
        var (ids, mask, words) = (new long[windows.Count * length], new long[windows.Count * length], new List<long>());
        Array.Fill(ids, tokenizer.PadId);
        for (var row = 0; row < windows.Count; row++)
        {
            for (var at = 0; at < windows[row].Ids.Length; at++)
                (ids[(row * length) + at], mask[(row * length) + at]) = (windows[row].Ids[at], 1);
            words.AddRange(windows[row].Positions.Select(position => ((long)row * length) + position));
        }

        var isPadded = windows.Any(window => window.Ids.Length < length);
        return new WindowBatch(
            tensor(ids, [windows.Count, length], device: device),
            isPadded ? tensor(mask, [windows.Count, length], device: device) : null, tensor(words.ToArray(), device: device),
            windows.Sum(window => (long)window.Ids.Length));
    }

    /// <summary>Logits of the words, [words, labels].</summary>
    public Tensor Logits(ITokenClassifierBackbone backbone)
    {
        var logits = backbone.ClassifyTokens(Ids, Mask, backbone.HasSegments ? Ids.zeros_like() : null);
        return logits.reshape(-1, logits.shape[2]).index_select(0, Words);
    }
}
