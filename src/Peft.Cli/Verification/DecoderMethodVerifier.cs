using Peft.Models;
using Peft.Data;
using Peft.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Cli.Verification;

/// <summary>
/// Verifies methods and mixtures on a decoder: the language modelling loss over completion tokens, logits, every gradient, merged
/// evaluation.
/// </summary>
internal static class DecoderMethodVerifier
{
    public static List<Check> Run(CaseFolder data, Device device)
    {
        using var archive = CheckpointFolder.Open(data.Path);
        var (decoder, model) = Make(data, archive, device, ScalarType.Float32);
        using var disposed = model;
        var adapter = model.Adapter!;
        var foreign = ForeignAdapter.Fill(adapter, archive, data.Path);
        foreach (var route in RecordedRoutes.Read(data, adapter))
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
            logits => LanguageModelLoss.Compute(logits, labels, smoothing));
        Backward.Run(loss);
        var checks = new List<Check>
        {
            Check.Loss("output.train_loss", loss, data.Read("output.train_loss")),
            Check.Output("output.train_logits_pass1", first!, data.Read("output.train_logits_pass1")),
        };
        checks.AddRange(foreign.Gradients(data, model));
        using var frozen = no_grad();
        decoder.eval();
        var note = MissingBiases.Find(decoder, archive).Count > 0 ? " (from which c_attn.bias, absent from the checkpoint, was found)" : "";
        var merged = Check.Output(
            "output.merged_eval_logits", model.Run(() => decoder.call(inputs)), data.Read("output.merged_eval_logits"));
        checks.Add(merged with { Name = merged.Name + note });
        return checks;
    }

    /// <summary>The checkpoint's decoder with the method attached; biases that it leaves out are found.</summary>
    private static (CausalLanguageModel Decoder, PeftModel Model) Make(
        CaseFolder data, ITensorArchive archive, Device device, ScalarType dtype)
    {
        // as the released code
        var config = DecoderConfigReader.Read(data.Path) with { EmbeddingDropout = 0, HiddenDropout = 0, AttentionDropout = 0 };
        var decoder = new CausalLanguageModel(config, blank: true);
        var missing = MissingBiases.Find(decoder, archive);
        using (var backbone = new Conv1DArchive(new PartialArchive(archive, key => !ForeignKeys.IsAdapter(key))))
            CheckpointLoader.Load(decoder, backbone, new LoadRules(missing, ["lm_head."]));
        decoder.to(dtype).to(device);
        var model = new PeftModel(decoder);
        model.Attach(CaseSpec.Read(data), seed: 0);
        if (missing.Count == 0 || dtype == ScalarType.Float64)
            return (decoder, model);
        var found = Found(data, archive, missing);
        using var frozen = no_grad();
        foreach (var (name, parameter) in decoder.named_parameters().Where(pair => found.ContainsKey(pair.Item1)))
            parameter.copy_(found[name]);
        return (decoder, model);
    }

    private static Dictionary<string, Tensor> Found(CaseFolder data, ITensorArchive archive, IReadOnlyList<string> missing)
    {
        var (decoder, model) = Make(data, archive, CPU, ScalarType.Float64);
        using var disposed = model;
        ForeignAdapter.Fill(model.Adapter!, archive, data.Path);
        decoder.eval();
        var inputs = new DecoderInputs(data.Read("input.input_ids").cpu());
        MissingBiases.Find(decoder, missing, () => model.Run(() => decoder.call(inputs)), data.Read("output.merged_eval_logits").cpu());
        return decoder.named_parameters().Where(pair => missing.Contains(pair.Item1))
            .ToDictionary(pair => pair.Item1, pair => pair.Item2.detach().clone());
    }
}
