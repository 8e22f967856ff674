using Peft.Models;
using Peft.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Cli.Verification;

/// <summary>Verifies methods and mixtures: training loss, logits, hidden states, every gradient, merged evaluation.</summary>
internal static class MethodVerifier
{
    public static List<Check> Run(CaseFolder data, Device device)
    {
        using var archive = CheckpointFolder.Open(data.Path);
        var classifier = new SequenceClassifier(data.Config);
        using (var backbone = new PartialArchive(archive, key => !ForeignKeys.IsAdapter(key)))
            CheckpointLoader.Load(classifier, backbone, LoadRules.Strict);
        classifier.to(device);
        using var model = new PeftModel(classifier, SequenceClassifier.HeadName);
        var adapter = model.Attach(CaseSpec.Read(data), seed: 0);
        var foreign = ForeignAdapter.Fill(adapter, archive, data.Path);
        foreach (var route in RecordedRoutes.Read(data, adapter))
            adapter.Router!.Inject(route);

        var inputs = data.Inputs();
        var labels = data.Read("input.labels");
        classifier.train();
        IReadOnlyList<Tensor> states = [];
        var (loss, logits) = MixtureObjective.Loss(
            model,
            () =>
            {
                states = classifier.Encoder.States(inputs).HiddenStates;
                return classifier.Logits(states[^1]);
            },
            output => data.Config.Labels == 1 ? nn.functional.mse_loss(output.squeeze(-1), labels) : nn.functional.cross_entropy(
                output, labels));
        Backward.Run(loss);

        var checks = new List<Check> { Check.Loss("output.train_loss", loss, data.Read("output.train_loss")) };
        foreach (var name in (string[])["output.train_logits", "output.train_logits_pass1"])
        {
            if (data.Has(name))
                checks.Add(Check.Output(name, logits, data.Read(name)));
        }

        checks.AddRange(BackboneVerifier.States(data, "output.hidden_", states));
        checks.AddRange(foreign.Gradients(data, model));
        checks.AddRange(MergedEvaluation(data, model, classifier, inputs));
        return checks;
    }

    private static IEnumerable<Check> MergedEvaluation(
        CaseFolder data, PeftModel model, SequenceClassifier classifier, EncoderInputs inputs)
    {
        if (!data.Has("output.merged_eval_logits"))
            yield break;
        using var frozen = no_grad();
        classifier.eval();
        yield return Check.Output(
            "output.merged_eval_logits", model.Run(() => classifier.call(inputs)), data.Read("output.merged_eval_logits"));
    }
}
