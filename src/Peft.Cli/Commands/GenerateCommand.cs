using System.CommandLine;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Peft.Models;
using Peft.Cli.Output;
using Peft.Data;
using Peft.Training;
using TorchSharp;

namespace Peft.Cli.Commands;

/// <summary><c>peft generate</c>: texts that follow prompts.</summary>
internal static class GenerateCommand
{
    private static readonly GenerationArguments s_decoding = new(GenerationArguments.Greedy);
    private static readonly Option<string?> s_backbone = new("--backbone")
    {
        Description = "'builtin-gpt2', or a folder with GPT-2's config.json, weights and vocabulary [default: that of the run in "
            + "--adapter, or builtin-gpt2]", HelpName = "DIR",
    };

    private static readonly Option<string?> s_adapter =
        new("--adapter") { Description = "an adapter's folder, or a run's that holds one", HelpName = "DIR" };
    private static readonly Option<bool> s_allowDownload = CommonOptions.AllowDownload();
    private static readonly Option<string[]> s_prompt =
        new("--prompt") { Description = "a text to continue; repeat for more", HelpName = "TEXT", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<string?> s_input =
        new("--input") { Description = "a file of texts to continue, one on each line", HelpName = "FILE" };
    private static readonly Option<bool> s_contexts =
        new("--contexts") { Description = "the texts are contexts of a data-to-text task: the end token goes behind each, as in training" };
    private static readonly Option<string?> s_inference = CommonOptions.Inference();
    private static readonly Option<string?> s_output =
        new("--output")
        {
            Description = "write what follows each prompt to this file, one on each line [default: standard output]", HelpName = "FILE",
        };
    private static readonly Option<int?> s_batchSize = NumberOption.Whole("--batch-size", "prompts at a time [default: 8]", min: 1);
    private static readonly Option<string> s_device = CommonOptions.Device();
    private static readonly Option<bool> s_skipMalformed = CommonOptions.SkipMalformed("lines of --input, which are empty");
    private static readonly Option<bool> s_json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new Command(
            "generate",
            "Continue prompts with a decoder (GPT-2): greedily, by beam search or by drawing.\n\nExamples:\n"
            + "  peft generate --backbone gpt2 --prompt \"Once upon a time\"\n"
            + "  peft generate --adapter runs/e2e --contexts --input contexts.txt --preset adamix-nlg --output generated.txt\n"
            + "  peft generate --backbone gpt2 --prompt \"The film\" --sample --top-p 0.9 --seed 3 --json")
        {
            s_backbone, s_adapter, s_allowDownload, s_inference, s_prompt, s_input, s_contexts, s_output, s_batchSize, s_device,
            s_skipMalformed, s_json,
        };
        s_decoding.AddTo(command);
        command.SetAction(PeftCommand.Guard(Run, Stopping.Soon));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var prompts = Prompts(parsed);
        if (parsed.GetValue(s_adapter) is { } adapter)
            CheckWritesTexts(adapter);
        var folder = FindBackbone(parsed, cancellation);
        using var host = Composition.Host(CommonOptions.ReadPlugins(parsed), cancellation);
        var (peft, tokenizer) = Load(parsed, folder, host.Services);
        using var owned = peft;
        var model = (CausalLanguageModel)peft.Backbone;
        var options = s_decoding.Read(parsed, model.Decoder.Config.VocabularySize);
        int[] behind = parsed.GetValue(s_contexts) ? [model.Decoder.Config.EndId] : [];
        var lines = new List<string>();
        var toFile = parsed.GetValue(s_output);
        try
        {
            foreach (var batch in prompts.Select((prompt, number) => (Text: prompt, number)).Chunk(parsed.GetValue(s_batchSize) ?? 8))
            {
                var found = new TokenGenerator(model, peft.Run).Generate(
                    [.. batch.Select(prompt => (int[])[.. BackboneSource.TokensOf(tokenizer, prompt.Text), .. behind])],
                    options with { FirstRow = batch[0].number }, cancellation);
                foreach (var (prompt, text) in batch.Zip(found))
                {
                    lines.Add(Line(prompt.Text, text, tokenizer, parsed.GetValue(s_json)));
                    if (toFile is null)
                        Console.Out.WriteLine(lines[^1]);
                }
            }
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine($"peft: stopped after {lines.Count} of {prompts.Count} "
                + $"prompts{(toFile is null ? "" : $"; {toFile} was not written")}.");
            return PeftCommand.Interrupted;
        }

        if (toFile is not null)
        {
            OutputFile.Write(
                toFile, stream => stream.Write(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")))));
            NextStep.Print(toFile, $"peft score --hyp {NextStep.Quoted(toFile)} --ref FILE");
        }

        return PeftCommand.Success;
    }

    private static IReadOnlyList<string> Prompts(ParseResult parsed)
    {
        var (given, file) = (parsed.GetValue(s_prompt) ?? [], parsed.GetValue(s_input));
        if (given.Length > 0 == file is not null)
            throw new UsageException("give either --prompt, once or more, or --input.");
        if (file is null)
            return given;
        using var stream = RegularFile.Open(file);
        var lines = new TextRows($"--input {file}", parsed.GetValue(s_skipMalformed)).ReadAll(stream);
        return lines.Count > 0 ? lines : throw new UsageException($"--input {file}: the file is empty; expected a text on each line.");
    }

    private static (PeftModel Model, ITokenizer Tokenizer) Load(ParseResult parsed, string folder, IServiceProvider services)
    {
        var device = DeviceChoice.Parse(parsed.GetValue(s_device)!);
        var families = services.GetRequiredService<BackboneRegistry>();
        var adapter = parsed.GetValue(s_adapter) is { } given ? AdapterIn(given) : null;
        var tokens = adapter is null ? [] : AdapterFolder.ReadManifest(adapter).AddedTokens;
        var peft = BackboneModel.Load(
            families, folder, new TaskHead.LanguageModel(), AddedVocabulary.Extend(new BackboneSettings(), folder, tokens));
        try
        {
            peft.AddedTokens = tokens;
            var tokenizer = BackboneSource.Tokenizer(families, folder, peft.Backbone, tokens);
            DeviceChoice.CheckFits(device, peft.Backbone);
            peft.Backbone.to(device);
            peft.UseTokenizer(text => BackboneSource.TokensOf(tokenizer, text));
            if (adapter is not null)
                AdapterFolder.Load(peft, adapter, services.GetRequiredService<MethodRegistry>());
            CommonOptions.Choose(peft, parsed.GetValue(s_inference));
            return (peft, tokenizer);
        }
        catch
        {
            peft.Dispose();
            throw;
        }
    }

    /// <summary>Refuses a classifier before anything is loaded.</summary>
    private static void CheckWritesTexts(string adapter)
    {
        var manifest = AdapterFolder.ReadManifest(AdapterIn(adapter));
        if (manifest.Labels is not null || manifest.Head?.Keys.Any(HeadFiles.LastMaps.Contains) == true)
            throw new UsageException(
                $"--adapter {adapter}: holds a classifier{(manifest.Labels is { } labels ? $" ({string.Join(", ", labels)})" : "")}, which "
                    + "writes no texts; answer texts with `peft predict RUN --text TEXT`, or name the adapter of a language model.");
    }

    private static string FindBackbone(ParseResult parsed, CancellationToken cancellation)
    {
        var run = parsed.GetValue(s_adapter);
        return parsed.GetValue(s_backbone) is null && BackboneOfRun(run) is { } named
            ? BackboneSource.FolderNamedBy(
                Path.Combine(run!, RunResult.FileName), named, parsed.GetValue(s_allowDownload), CommonOptions.Note, cancellation)
            : BackboneSource.Folder(parsed.GetValue(s_backbone) ?? BackboneSource.BuiltInDecoder, CommonOptions.Note, cancellation);
    }

    private static string? BackboneOfRun(string? adapter) =>
        adapter is not null && File.Exists(Path.Combine(adapter, RunResult.FileName)) ? RunResult.Read(adapter).Settings.Backbone : null;

    private static string AdapterIn(string folder)
    {
        var inside = Path.Combine(folder, "adapter");
        return !File.Exists(Path.Combine(folder, AdapterFolder.ManifestName)) && Directory.Exists(inside) ? inside : folder;
    }

    private static string Line(string prompt, GeneratedSequence found, ITokenizer tokenizer, bool json)
    {
        var text = tokenizer.Decode(found.Tokens);
        return json
            ? JsonOutput.Line(new { prompt, text, found.Tokens, found.EndToken, found.Stop, found.LogProbability, found.Score })
            : OneLine.Flatten(text).Trim();
    }
}
