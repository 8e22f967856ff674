using Peft;
using Peft.Models;
using static TorchSharp.torch;

namespace Guide;

public static class MixAndShare
{
    /// <summary>Trains a mixture of the method, writes what it is at inference, and folds it into the backbone.</summary>
    public static double Run(SequenceClassifier classifier, EncoderInputs inputs, Tensor labels, string folder)
    {
        using var scope = NewDisposeScope();
        var registry = new MethodRegistry().Add<RowScale>();
        var settings = new Dictionary<string, string> { ["row-scale.gain"] = "2", ["adamix.experts"] = "3" };

        var model = new PeftModel(classifier, SequenceClassifier.HeadName);
        model.Attach(MethodExpression.Parse(registry, "adamix(row-scale)", settings), seed: 1);

        var optimizer = optim.AdamW(model.TrainableParameters.Select(pair => pair.Parameter).ToList(), lr: 0.01);
        classifier.train();
        for (var step = 0; step < 30; step++)
        {
            using var temporary = NewDisposeScope();
            optimizer.zero_grad();
            var (loss, _) = MixtureObjective.Loss(
                model, () => classifier.call(inputs), logits => nn.functional.cross_entropy(logits, labels));
            loss.backward();
            optimizer.step();
        }

        classifier.eval();
        AdapterFolder.Save(model, folder, AdapterForm.Merged); // to share: a plain row-scale, a few kilobytes
        model.Merge();                                                // to serve: the backbone's own weights, no cost
        return nn.functional.cross_entropy(model.Run(() => classifier.call(inputs)), labels).item<float>();
    }
}
