using System.CommandLine;
using Peft.Cli.Output;
using Peft.Models;

namespace Peft.Cli.Commands;

/// <summary><c>peft convert</c>: an adapter of one library as a file of another.</summary>
internal static class ConvertCommand
{
    private const string Safetensors = "safetensors", PyTorch = "pytorch";

    private static readonly Argument<string> s_source = new("source") { Description = "an adapter's folder or file, or a run's folder" };
    private static readonly Argument<string> s_target = new("target") { Description = "the new folder" };
    private static readonly Option<string?> s_from =
        new("--from")
        {
            Description = "hf-peft, adapterhub, loralib, adamix or peft [default: what the configuration looks like]", HelpName = "FORMAT",
        };
    private static readonly Option<string> s_to =
        new("--to") { Description = "hf-peft, adapterhub, loralib, adamix or peft", HelpName = "FORMAT", Required = true };
    private static readonly Option<string?> s_backbone =
        new("--backbone") { Description = "the checkpoint folder of the backbone; config.json is enough for most methods [default: what "
        + "the adapter says]", HelpName = "DIR" };
    private static readonly Option<bool> s_allowDownload = CommonOptions.AllowDownload();
    private static readonly Option<string[]> s_set =
        new("--set") { Description = "what the file does not say, as lora.alpha=16; repeat for more", HelpName = "OPTION=VALUE" };
    private static readonly Option<string> s_name =
        new("--name")
        {
            Description = "the adapter's name, which is in the keys of AdapterHub's files",
            DefaultValueFactory = _ => AdapterInput.DefaultName,
        };
    private static readonly Option<bool> s_noHead =
        new("--no-head") { Description = "AdapterHub: leave out a head that this backbone has no counterpart of" };
    private static readonly Option<string?> s_prefix =
        new("--key-prefix") { Description = "AdapterHub: what keys begin with, where the adapter is for an architecture with the same "
        + "layers under another name" };
    private static readonly Option<string?> s_weights =
        new("--weights") { Description = "safetensors or pytorch (.bin) [default: what the other library writes itself: pytorch for "
        + "adapterhub, loralib and adamix, else safetensors]", HelpName = "KIND" };
    private static readonly Option<bool> s_json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new Command(
            "convert",
            "Convert an adapter from one library's format to another's.\n\nExamples:\n"
            + "  peft convert --to hf-peft runs/lora exported\n"
            + "  peft convert --to peft their-adapter ours --backbone roberta-base\n"
            + "  peft convert --from loralib --to hf-peft roberta_lora.bin out --backbone roberta-base --set lora.alpha=16")
        {
            s_source, s_target, s_from, s_to, s_backbone, s_allowDownload, s_set, s_name, s_noHead, s_prefix, s_weights, s_json,
        };
        command.SetAction(PeftCommand.Guard(Run));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var (from, to, name, target) =
            (parsed.GetValue(s_from), parsed.GetValue(s_to)!, parsed.GetValue(s_name)!, parsed.GetValue(s_target)!);
        Check("--from", from, AdapterFormats.Readable);
        Check("--to", to, AdapterFormats.Writable);
        var weights = Weights(parsed.GetValue(s_weights));
        var options = new ImportOptions {
            Settings = TrainingArguments.ReadSettings(parsed.GetValue(s_set) ?? []), WithHead = !parsed.GetValue(s_noHead),
            KeyPrefix = parsed.GetValue(s_prefix), Notice = CommonOptions.Note };
        using var host = Composition.Host(CommonOptions.ReadPlugins(parsed), cancellation);
        var input = AdapterInput.Resolve(
            parsed.GetValue(s_source)!, from, parsed.GetValue(s_backbone), parsed.GetValue(s_allowDownload), cancellation);
        using var model = input.Load(host, options, shapesAlone: true, name);
        if (model.Adapter is not { } adapter)
            throw new UsageException($"{input.Path} holds a head and no adapter; there is nothing to convert.");
        CheckSettings(input, adapter.Spec, options.Settings);
        AdapterFormats.Save(model, name, target, to, input.BackboneName, weights);
        var tensors = Tensors(target);
        if (parsed.GetValue(s_json))
            JsonOutput.Print(new {
                source = input.Path, from = input.Format, to, target, method = adapter.Spec.Expression, backbone = input.Backbone,
                tensors });
        else
        {
            Console.Out.WriteLine($"{target}: {adapter.Spec.Expression} of {input.Path} ({input.Format}) as {to}, {tensors} tensors");
            NextStep.Print(target, $"peft inspect {NextStep.Quoted(target)}");
        }

        return PeftCommand.Success;
    }

    /// <summary>A setting that the file's format or the method has no use for would be ignored.</summary>
    private static void CheckSettings(AdapterInput input, AdapterSpec spec, IReadOnlyDictionary<string, string> settings)
    {
        if (settings.Count > 0 && input.Format is not (Models.StateDicts.LoralibFormat.Format or Models.StateDicts.AdaMixFormat.Format))
            throw new UsageException(
                $"--set {settings.Keys.First()}: an adapter in the format {input.Format} says its own options; leave --set out.");
        MethodExpression.CheckUsed([spec], settings);
    }

    private static int Tensors(string folder)
    {
        using var archive = AdapterArchives.Open(folder);
        return archive.Tensors.Count;
    }

    private static WeightsFile? Weights(string? kind)
    {
        if (kind is null)
            return null;
        Check("--weights", kind, [Safetensors, PyTorch]);
        return kind == PyTorch ? WeightsFile.PyTorch : WeightsFile.Safetensors;
    }

    private static void Check(string option, string? format, IReadOnlyList<string> known)
    {
        if (format is not null && !known.Contains(format))
            throw new UsageException($"{option}: '{format}' is not one of {string.Join(", ", known)}.");
    }
}
