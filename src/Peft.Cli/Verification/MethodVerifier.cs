using System.Text.Json;
using Peft.Backbones;
using Peft.Formats;
using TorchSharp;
using TorchSharp.Modules;
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
        var adapter = model.Attach(SpecOf(data), seed: 0);
        var names = CopyAdapter(adapter, archive, data.Path);
        foreach (var route in Routes(data, adapter))
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
            output => data.Config.Labels == 1 ? nn.functional.mse_loss(output.squeeze(-1), labels) : nn.functional.cross_entropy(output, labels));
        loss.backward();

        var checks = new List<Check> { Check.Loss("output.train_loss", loss, data.Read("output.train_loss")) };
        foreach (var name in (string[])["output.train_logits", "output.train_logits_pass1"])
        {
            if (data.Has(name))
                checks.Add(Check.Output(name, logits, data.Read(name)));
        }

        checks.AddRange(BackboneVerifier.States(data, "output.hidden_", states));
        checks.AddRange(Gradients(data, model, names));
        checks.AddRange(MergedEvaluation(data, model, classifier, inputs));
        return checks;
    }

    private static AdapterSpec SpecOf(CaseFolder data)
    {
        var registry = Composition.Registry();
        if (data.Fields.TryGetProperty("adamix", out var adamix))
            return AdaMixSpec(registry, adamix);
        var peft = data.Fields.GetProperty("peft");
        if (peft.TryGetProperty("lora", out var lora) && !peft.TryGetProperty("adapter", out _))
        {
            var settings = new Dictionary<string, string>
            {
                ["lora.rank"] = lora.GetProperty("r").GetRawText(),
                ["lora.alpha"] = lora.GetProperty("alpha").GetRawText(),
                ["lora.sites"] = string.Join('+', lora.GetProperty("targets").EnumerateArray().Select(target => target.GetString())),
            };
            return MethodExpression.Parse(registry, "lora", settings);
        }

        if (peft.TryGetProperty("adapter", out var bottleneck) && peft.EnumerateObject().All(field => field.Name is "adapter" or "gates"))
        {
            var name = bottleneck.GetProperty("config").GetString()!;
            var settings = new Dictionary<string, string>
            {
                [$"{name}.reductionFactor"] = bottleneck.GetProperty("reduction_factor").GetRawText(),
                [$"{name}.activation"] = bottleneck.GetProperty("non_linearity").GetString()!,
            };
            return MethodExpression.Parse(registry, name, settings);
        }

        throw new VerificationException(data.Path, $"config.json asks for {peft.GetRawText().ReplaceLineEndings(" ")}, a method this version does not have.");
    }

    /// <summary>The released AdaMix adapter: one bottleneck with GELU after the feed-forward block, before its dropout.</summary>
    private static AdapterSpec AdaMixSpec(MethodRegistry registry, JsonElement adamix)
    {
        string[] shared = [.. Shared("sharing_down", "down"), .. Shared("sharing_up", "up")];
        var settings = new Dictionary<string, string>
        {
            ["houlsby.size"] = adamix.GetProperty("adapter_size").GetRawText(),
            ["houlsby.activation"] = "gelu",
            ["houlsby.sites"] = nameof(Site.BeforeFeedForwardDropout),
            ["adamix.experts"] = adamix.GetProperty("num_experts").GetRawText(),
            ["adamix.share"] = shared.Length == 0 ? "none" : string.Join('+', shared),
            ["adamix.consistency"] = adamix.GetProperty("consistency").GetBoolean() ? "1" : "0",
        };
        return MethodExpression.Parse(registry, "adamix(houlsby)", settings);

        IEnumerable<string> Shared(string field, string group) => adamix.GetProperty(field).GetInt32() != 0 ? [group] : [];
    }

    /// <summary>Copies the checkpoint's adapter into ours; gives the released name of each of our tensors.</summary>
    private static Dictionary<string, string> CopyAdapter(Adapter adapter, ITensorArchive archive, string folder)
    {
        var foreignName = ForeignKeys.AdapterName(archive.Tensors.Keys);
        var names = adapter.NamedParameters.ToDictionary(pair => pair.Key, pair => ForeignKeys.Foreign(pair.Key, foreignName));
        var left = archive.Tensors.Keys.Where(ForeignKeys.IsAdapter).Except(names.Values)
            .Where(key => !key.EndsWith("expert_score_weight", StringComparison.Ordinal)).ToList();
        if (left.Count > 0)
            throw new VerificationException(folder, $"the checkpoint holds adapter tensors with no counterpart here: {string.Join(", ", left.Take(8))}.");
        using var frozen = no_grad();
        foreach (var (key, parameter) in adapter.NamedParameters)
        {
            if (!archive.Tensors.TryGetValue(names[key], out var info) || !info.Shape.SequenceEqual(parameter.shape))
                throw new VerificationException(folder, $"{names[key]} is missing or not of shape [{string.Join(", ", parameter.shape)}].");
            parameter.copy_(ArchiveTensors.Read(archive, names[key]));
        }

        return names;
    }

    /// <summary>The recorded draws, one [experts, index] for each slot, pass after pass.</summary>
    private static IEnumerable<Route> Routes(CaseFolder data, Adapter adapter)
    {
        if (!data.Fields.TryGetProperty("routing_picks", out var picks) || adapter.Router is null)
            return [];
        var slots = adapter.Router.Slots;
        var indices = picks.EnumerateArray().Select(pick => (Experts: pick[0].GetInt32(), Index: pick[1].GetInt32())).ToList();
        for (var i = 0; i < indices.Count; i++)
        {
            if (indices[i].Experts != slots[i % slots.Count].Experts)
            {
                throw new VerificationException(
                    data.Path, $"routing_picks[{i}] draws from {indices[i].Experts} experts, {slots[i % slots.Count].Experts} were expected there.");
            }
        }

        return indices.Select(pick => pick.Index).Chunk(slots.Count).Select(chunk => new Route(chunk));
    }

    private static IEnumerable<Check> Gradients(CaseFolder data, PeftModel model, Dictionary<string, string> names)
    {
        var parameters = new Dictionary<string, Parameter>();
        foreach (var (key, parameter) in model.TrainableParameters)
            parameters[names.GetValueOrDefault(key, key)] = parameter;
        foreach (var name in data.Names.Where(name => name.StartsWith("grad.", StringComparison.Ordinal)).Order())
            yield return Check.Gradient(name, parameters.GetValueOrDefault(name["grad.".Length..])?.grad, data.Read(name));
        foreach (var (name, parameter) in parameters.Where(pair => !data.Has("grad." + pair.Key)))
            yield return Check.NoGradient("no gradient: " + name, parameter.grad);
    }

    private static IEnumerable<Check> MergedEvaluation(CaseFolder data, PeftModel model, SequenceClassifier classifier, EncoderInputs inputs)
    {
        if (!data.Has("output.merged_eval_logits"))
            yield break;
        using var frozen = no_grad();
        classifier.eval();
        yield return Check.Output("output.merged_eval_logits", model.Run(() => classifier.call(inputs)), data.Read("output.merged_eval_logits"));
    }
}
