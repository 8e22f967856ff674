using Peft.Data;
using Peft.Models;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>Predicts the tags of sentences in evaluation mode.</summary>
/// <param name="model">The model; its backbone is an <see cref="ITokenClassifierBackbone"/>.</param>
/// <param name="tokenizer">The backbone's tokenizer.</param>
/// <param name="labels">The tags, in the order of the head's outputs.</param>
internal sealed class WordTagger(PeftModel model, ITokenizer tokenizer, IReadOnlyList<string> labels)
{
    /// <summary>Predicts the most likely tag of every word.</summary>
    /// <param name="windows">The windows of all sentences.</param>
    /// <param name="words">The number of words of each sentence.</param>
    /// <param name="batchSize">Windows in a forward pass.</param>
    /// <returns>For each sentence, the tag of every word and its probability; O with probability 1 for words without a token.</returns>
    public IReadOnlyList<(string[] Tags, double[] Probabilities)> Tag(
        IReadOnlyList<WordWindow> windows, IReadOnlyList<int> words, int batchSize)
    {
        var backbone = (ITokenClassifierBackbone)model.Backbone;
        var device = model.Backbone.parameters().First().device;
        List<(string[] Tags, double[] Probabilities)> tagged =
            [.. words.Select(count => (Enumerable.Repeat(TagSchemes.Outside, count).ToArray(), Enumerable.Repeat(1.0, count).ToArray()))];
        EvaluationPass.Run(model, [.. windows.Select(window => window.Ids.Length)], batchSize, rows =>
        {
            var chosen = rows.Select(row => windows[row]).ToList();
            var batch = WindowBatch.Create(chosen, tokenizer, device);
            var (highest, index) = model.Run(() => batch.Logits(backbone)).to_type(ScalarType.Float32).softmax(-1).max(-1);
            var (probabilities, found) = (highest.cpu().data<float>().ToArray(), index.cpu().data<long>().ToArray());
            var at = 0;
            foreach (var (window, word) in chosen.SelectMany(window => window.Words.Select(word => (window, word))))
            {
                tagged[window.Sentence].Tags[word] = labels[(int)found[at]];
                tagged[window.Sentence].Probabilities[word] = probabilities[at++];
            }
        });

        return tagged;
    }
}
