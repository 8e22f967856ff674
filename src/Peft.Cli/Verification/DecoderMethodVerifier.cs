using Peft.Backbones;
using Peft.Formats;
using Peft.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Cli.Verification;

/// <summary>Verifies methods and mixtures on a decoder: the language modelling loss over completion tokens, logits, every gradient, merged evaluation.</summary>
internal static class DecoderMethodVerifier
{
    public static List<Check> Run(CaseFolder data, Device device)
    {
        using var archive = CheckpointFolder.Open(data.Path);
        var decoder = new CausalLanguageModel(DecoderConfigReader.Read(data.Path), blank: true);
        ZeroMissingBiases(decoder, archive);
        using (var backbone = new Conv1DArchive(new PartialArchive(archive, key => !ForeignKeys.IsAdapter(key))))
            CheckpointLoader.Load(decoder, backbone, new LoadRules([.. MissingBiases(decoder, archive)], ["lm_head."]));
        decoder.to(device);
        using var model = new PeftModel(decoder);
        var adapter = model.Attach(CaseSpec.Of(data), seed: 0);
        var foreign = ForeignAdapter.Fill(adapter, archive, data.Path);
        foreach (var route in RecordedRoutes.Of(data, adapter))
            adapter.Router!.Inject(route);

        var inputs = new DecoderInputs(data.Read("input.input_ids"));
        var rows = data.Read("input.loss_mask").reshape(-1).nonzero().squeeze(1);
        var labels = data.Read("input.labels").reshape(-1).index_select(0, rows);
        var smoothing = data.Fields.GetProperty("label_smoothing").GetDouble();
        decoder.train();
        Tensor? first = null;
        var (loss, _) = MixtureObjective.Loss(
            model,
            () =>
            {
                var logits = decoder.call(inputs);
                first ??= logits;
                return logits.reshape(-1, logits.shape[2]).index_select(0, rows); // [completion tokens, vocabulary]
            },
            logits => LanguageModelLoss.Of(logits, labels, smoothing));
        loss.backward();
        var checks = new List<Check>
        {
            Check.Loss("output.train_loss", loss, data.Read("output.train_loss")),
            Check.Output("output.train_logits_pass1", first!, data.Read("output.train_logits_pass1")),
        };
        checks.AddRange(foreign.Gradients(data, model));
        using var frozen = no_grad();
        decoder.eval();
        checks.Add(Check.Output("output.merged_eval_logits", model.Run(() => decoder.call(inputs)), data.Read("output.merged_eval_logits")));
        return checks;
    }

    /// <summary>The released code's checkpoints leave out query, key and value's biases, which it starts at 0 and does not train.</summary>
    private static IEnumerable<string> MissingBiases(CausalLanguageModel decoder, ITensorArchive archive) =>
        archive.Tensors.Keys.Any(key => key.EndsWith(".c_attn.bias", StringComparison.Ordinal))
            ? []
            : decoder.named_parameters().Select(pair => pair.Item1)
                .Where(name => name.EndsWith(".query.bias", StringComparison.Ordinal) || name.EndsWith(".key.bias", StringComparison.Ordinal) || name.EndsWith(".value.bias", StringComparison.Ordinal));

    private static void ZeroMissingBiases(CausalLanguageModel decoder, ITensorArchive archive)
    {
        using var frozen = no_grad();
        var missing = MissingBiases(decoder, archive).ToHashSet();
        foreach (var (name, parameter) in decoder.named_parameters().Where(pair => missing.Contains(pair.Item1)))
            parameter.zero_();
    }
}
