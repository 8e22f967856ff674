using Peft.Data;
using Peft.Models;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>Fills the masks of a text.</summary>
internal static class MaskFilling
{
    private const int Shown = 5;

    /// <summary>Predicts the token of each mask, independently of the others.</summary>
    /// <param name="model">The model; its backbone is an <see cref="IMaskedWordBackbone"/>.</param>
    /// <param name="tokenizer">The encoder's tokenizer.</param>
    /// <param name="text">The text, with mask tokens.</param>
    /// <param name="maxLength">The largest number of tokens.</param>
    /// <returns>The text with the likeliest tokens; the probability of the token for the first mask, and the next likeliest tokens
    /// there.</returns>
    /// <exception cref="MaskTokenException">The text has no mask.</exception>
    public static Prediction Fill(PeftModel model, ITokenizer tokenizer, string text, int maxLength)
    {
        var encoding = tokenizer.Encode(text, maxLength: maxLength);
        var mask = WordMasker.FindMask(tokenizer);
        int[] masks = [.. Enumerable.Range(0, encoding.Length).Where(at => encoding.Ids[at] == mask)];
        if (masks.Length == 0)
            throw new MaskTokenException($"text '{Excerpt.Cut(text)}': has no {(mask is { } id ? tokenizer.TokenOf(id) : "mask token")}, "
                + $"which the model fills; put one where a word is to be predicted (within {maxLength} tokens).");
        var (top, ids) = Likeliest(model, encoding.Ids, masks);
        var (filled, end) = (new System.Text.StringBuilder(), 0);
        for (var at = 0; at < masks.Length; at++)
        {
            var span = encoding.Offsets[masks[at]];
            filled.Append(text, end, span.Start - end).Append(Word(ids[at * Shown]));
            end = span.End;
        }

        var classes = Enumerable.Range(0, Shown).Select(rank => new ClassProbability(Word(ids[rank]), top[rank])).ToList();
        return new Prediction(text, filled.Append(text, end, text.Length - end).ToString(), top[0], classes);

        string Word(long id) => tokenizer.Decode([(int)id]).Trim();
    }

    /// <summary>The highest probabilities of each mask, [masks, shown], and their tokens.</summary>
    private static (float[] Probabilities, long[] Ids) Likeliest(PeftModel model, int[] ids, int[] masks)
    {
        model.Backbone.eval();
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var device = model.Backbone.parameters().First().device;
        var inputs = tensor(ids.Select(id => (long)id).ToArray(), [1, ids.Length], device: device);
        var positions = tensor(masks.Select(position => (long)position).ToArray(), device: device);
        var logits = model.Run(() => ((IMaskedWordBackbone)model.Backbone).PredictWords(inputs, null, positions));
        var (probabilities, found) = logits.to_type(ScalarType.Float32).softmax(-1).topk(Shown, dim: -1);
        return (probabilities.cpu().contiguous().data<float>().ToArray(), found.cpu().contiguous().data<long>().ToArray());
    }
}
