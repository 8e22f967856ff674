using Peft.Data;
using Peft.Models;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>
/// Predictions of several runs in one forward pass of the encoder that they share. Each run has its own adapter and head.
/// </summary>
internal static class SharedPredictions
{
    /// <summary>
    /// Whether a run can share a pass: it classifies or scores texts with an encoder, and its adapter can act on some rows.
    /// </summary>
    public static bool Takes(TrainedModel model) =>
        model.Task is ClassificationTask && model.Model.Backbone is SequenceClassifier && SharedPass.Takes(model.Model);

    /// <summary>
    /// Whether runs that share a pass must have equal values of a weight: of embeddings and layers, not of heads and poolers, which each
    /// run applies to its own rows.
    /// </summary>
    /// <param name="model">A run that <see cref="Takes"/> allows.</param>
    /// <param name="weight">The weight's name in the backbone.</param>
    public static bool MustBeEqual(TrainedModel model, string weight)
    {
        var prefix = ((SequenceClassifier)model.Model.Backbone).Encoder.Config.KeyPrefix;
        return weight.StartsWith($"{prefix}.", StringComparison.Ordinal)
            && !weight.StartsWith($"{prefix}.pooler.", StringComparison.Ordinal);
    }

    /// <summary>Predicts answers to the texts of several runs.</summary>
    /// <param name="parts">Runs, each once, with their texts. The weights for which <see cref="MustBeEqual"/> is true are equal in all
    /// runs.</param>
    /// <returns>For each run, an answer to each of its texts.</returns>
    public static IReadOnlyList<IReadOnlyList<Prediction>> Predict(
        IReadOnlyList<(TrainedModel Model, IReadOnlyList<(string Text, string? Pair)> Texts)> parts)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var backbone = (SequenceClassifier)parts[0].Model.Model.Backbone;
        var batch = TensorBatch.Create(Gather(parts), backbone);
        Tensor hidden; // [rows, 1 or length, hidden]
        using (SharedPass.Begin([.. parts.Select(part => (part.Model.Model, part.Texts.Count))]))
            hidden = backbone.Encoder.FirstToken(new EncoderInputs(batch.Ids, batch.Mask, batch.Types));
        var answers = new List<IReadOnlyList<Prediction>>();
        long first = 0;
        foreach (var (model, texts) in parts)
        {
            var logits = ((SequenceClassifier)model.Model.Backbone).Logits(hidden.narrow(0, first, texts.Count));
            first += texts.Count;
            answers.Add(((ClassificationTask)model.Task).Describe(
                texts, logits.to(ScalarType.Float32).contiguous().cpu().data<float>().ToArray()));
        }

        return answers;
    }

    private static Batch Gather(IReadOnlyList<(TrainedModel Model, IReadOnlyList<(string Text, string? Pair)> Texts)> parts)
    {
        var examples = new List<Example>();
        var rows = new List<EncodedRow>();
        foreach (var (model, texts) in parts)
        {
            var longest = TextLimit.Apply(model.Model, model.Result.Settings).MaxLength;
            foreach (var (text, pair) in texts)
            {
                var encoded = model.Tokenizer.Encode(text, pair, longest);
                examples.Add(new Example(text, pair, 0));
                rows.Add(new EncodedRow(encoded.Ids, encoded.TypeIds, Place: null));
            }
        }

        var task = ((ClassificationTask)parts[0].Model.Task).Definition; // of its labels, which are not used
        return new EncodedDataset(task, examples, rows, parts[0].Model.Tokenizer.PadId, rows.Max(row => row.Ids.Length))
            .Gather([.. Enumerable.Range(0, rows.Count)]);
    }
}
