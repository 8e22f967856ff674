using System.CommandLine;
using Peft.Models;
using Peft.Cli.Output;
using Peft.Data;
using Peft.Training;

namespace Peft.Cli.Commands;

/// <summary><c>peft merge</c>: an adapter folded into its backbone, as a checkpoint that any tool loads.</summary>
internal static class MergeCommand
{
    public static Command Create()
    {
        var source = new Argument<string[]>("run")
        {
            Description = "a folder that `peft train --output` wrote, or an adapter's, of this or another library; several runs with "
                + "--soup",
            Arity = ArgumentArity.OneOrMore,
        };
        var soup = new SoupRuns();
        var into = new Option<string>("--into")
        {
            Description = "the new checkpoint folder; with --soup, the new run's folder", HelpName = "DIR", Required = true,
        };
        var backbone = new Option<string?>("--backbone") { Description = "'builtin' or a checkpoint folder [default: what the adapter "
            + "was trained on]", HelpName = "DIR" };
        var dtype = new Option<string>("--dtype")
        {
            Description = "dtype of the weights: float32, float16 or bfloat16", DefaultValueFactory = _ => "float32",
        };
        var allowDownload = CommonOptions.AllowDownload();
        var json = CommonOptions.Json();
        var command = new Command(
            "merge",
            "Fold an adapter into its backbone and write a plain Hugging Face checkpoint, or average several runs into one.\n\nExamples:\n"
                + "  peft merge runs/lora --into merged\n  peft merge runs/a runs/b runs/c --soup greedy --into runs/soup")
        {
            source, into, backbone, allowDownload, dtype, json,
        };
        soup.AddTo(command);
        command.SetAction(PeftCommand.Guard((parsed, cancellation) =>
        {
            var sources = parsed.GetValue(source)!;
            if (soup.Kind(parsed) is { } kind)
                return parsed.GetResult(dtype) is { Implicit: false }
                    ? throw new UsageException("--dtype: is for a checkpoint; an average of runs is written in float32.")
                    : soup.Run(parsed, kind, sources, parsed.GetValue(into)!, parsed.GetValue(backbone), parsed.GetValue(allowDownload),
                        parsed.GetValue(json), cancellation);
            if (sources.Length > 1)
                throw new UsageException($"{sources[1]}: one adapter is merged into a backbone at a time; give --soup to average runs.");
            var type = TypeOf(parsed.GetValue(dtype)!);
            var target = parsed.GetValue(into)!;
            using var host = Composition.Host(CommonOptions.ReadPlugins(parsed), cancellation);
            var input = AdapterInput.Resolve(
                sources[0], null, parsed.GetValue(backbone), parsed.GetValue(allowDownload), cancellation);
            input.CheckPlugins(host);
            using var model = input.Load(host, new ImportOptions { Notice = CommonOptions.Note });
            var (method, labels) = (model.Adapter?.Spec.Expression ?? "none", model.Labels);
            if (model.Adapter is { Spec: var spec } && spec.Parts.Any(part => part.Method.Kind != SiteKind.Parameters))
                model.MergeAndUnload();
            CheckpointWriter.Write(model.Backbone, input.Backbone, target, type, labels, input.Tokenizer(host, model),
                model.AddedTokens, isMultiLabel: IsMultiLabel(sources[0]));
            if (parsed.GetValue(json))
                JsonOutput.Print(new {
                    adapter = input.Path, backbone = input.Backbone, method, into = target, dtype = parsed.GetValue(dtype) });
            else
            {
                Console.Out.WriteLine($"{target}: {input.Backbone} with {method} of {input.Path} merged in, {parsed.GetValue(dtype)}");
                NextStep.Print(target, $"peft inspect {NextStep.Quoted(target)}");
            }

            return PeftCommand.Success;
        }));
        return command;
    }

    /// <summary>
    /// Whether texts may have several labels, each with a threshold: that is in the result of a run, which a plain adapter lacks.
    /// </summary>
    /// <param name="path">A run's folder, or its adapter's.</param>
    private static bool IsMultiLabel(string path)
    {
        var run = ((string[])[path, Path.GetFullPath(Path.Combine(path, ".."))])
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, RunResult.FileName)));
        try
        {
            return run is not null && RunResult.Read(run).State?.Thresholds is not null;
        }
        catch (RunFolderException) // of another version, or no result of Peft's
        {
            return false;
        }
    }

    private static DType TypeOf(string name) => name.ToLowerInvariant() switch
    {
        "float32" or "f32" => DType.F32,
        "float16" or "f16" => DType.F16,
        "bfloat16" or "bf16" => DType.BF16,
        _ => throw new UsageException($"--dtype: '{name}' is not one of float32, float16, bfloat16."),
    };
}
