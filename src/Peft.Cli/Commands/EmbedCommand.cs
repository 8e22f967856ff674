using System.CommandLine;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Peft.Cli.Output;
using Peft.Data;
using Peft.Models;
using Peft.Training;

namespace Peft.Cli.Commands;

/// <summary><c>peft embed</c>: vectors of texts.</summary>
internal static class EmbedCommand
{
    private static readonly Option<string> s_backbone = new("--backbone")
    {
        Description = "'minilm', 'builtin', an encoder's checkpoint folder, or a repository of the hub",
        DefaultValueFactory = _ => BackboneSource.Default,
    };

    private static readonly Option<string[]> s_text = new("--text")
    {
        Description = "a text, may be repeated; without it, every line of --input or of standard input",
    };

    private static readonly Option<string?> s_input = new("--input") { Description = "file of texts, one on each line", HelpName = "FILE" };
    private static readonly Option<string?> s_output = new("--output")
    {
        Description = "file to write, one JSON object with text and embedding on each line [default: standard output]", HelpName = "FILE",
    };

    private static readonly Option<string> s_pooling = new("--pooling")
    {
        Description = "mean (of the states of all tokens) or cls (the first token's state)", DefaultValueFactory = _ => "mean",
    };

    private static readonly Option<bool> s_noNormalize = new("--no-normalize") { Description = "keep the vectors' lengths" };
    private static readonly Option<int?> s_batchSize =
        NumberOption.Whole("--batch-size", "texts that are computed together [default: 32]");
    private static readonly Option<int?> s_maxLength =
        NumberOption.Whole("--max-length", "tokens of a text that are read [default: the backbone's limit]");
    private static readonly Option<string> s_device = CommonOptions.Device();
    private static readonly Option<bool> s_skipMalformed = CommonOptions.SkipMalformed("lines");
    private static readonly Option<bool> s_json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new Command(
            "embed",
            "Turn texts into vectors with an encoder: texts of similar meaning have vectors with a large product.\n\nExamples:\n"
            + "  peft embed --text \"a fine film\" --text \"a bad film\" --json\n"
            + "  cut -f1 dev.tsv | peft embed --output vectors.jsonl\n"
            + "  peft embed --backbone my-encoder --input texts.txt --pooling cls --output vectors.jsonl")
        {
            s_backbone, s_text, s_input, s_output, s_pooling, s_noNormalize, s_batchSize, s_maxLength, s_device, s_skipMalformed, s_json,
        };
        command.SetAction(PeftCommand.Guard(Run));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var (given, input, output) = (parsed.GetValue(s_text) ?? [], parsed.GetValue(s_input), parsed.GetValue(s_output));
        if (given.Length > 0 && input is not null)
            throw new UsageException("--input: cannot be given with --text; give one of them.");
        if (given.FirstOrDefault(text => text.AsSpan().Trim().IsEmpty) is not null)
            throw new UsageException("--text: expected a text, found an empty one.");
        var options = Options(parsed);
        using var host = Composition.Host(CommonOptions.ReadPlugins(parsed), cancellation);
        var folder = BackboneSource.Folder(parsed.GetValue(s_backbone)!, CommonOptions.Note, cancellation);
        RefuseOthers(host.Services.GetRequiredService<BackboneRegistry>(), folder);
        using var stream = given.Length > 0 ? null : input is null ? Console.OpenStandardInput() : OpenInput(input);
        using var embedder = SentenceEmbedder.Load(folder, options, parsed.GetValue(s_device)!);
        var rows = new TextRows(input ?? "standard input", parsed.GetValue(s_skipMalformed));
        var texts = stream is null ? given : rows.Read(stream);
        var (count, limited) = (0, 0);
        IEnumerable<TextEmbedding> Counted()
        {
            foreach (var one in embedder.Embed(texts))
            {
                cancellation.ThrowIfCancellationRequested();
                (count, limited) = (count + 1, limited + (one.ReachesLimit ? 1 : 0));
                yield return one;
            }
        }

        if (output is null)
            Print(Counted(), parsed.GetValue(s_json));
        else
            OutputFile.Write(output, file => WriteLines(file, Counted(), () => Finish(rows, count)));
        if (output is null)
            Finish(rows, count);
        if (limited > 0)
            Console.Error.WriteLine($"peft: {limited} of {count} texts reach the limit of {embedder.MaxLength} tokens and may be cut.");
        if (output is not null)
            Report(output, count, embedder.Width, parsed.GetValue(s_json));
        return PeftCommand.Success;
    }

    private static EmbeddingOptions Options(ParseResult parsed) => new()
    {
        Pooling = parsed.GetValue(s_pooling) switch
        {
            "mean" => SentencePooling.Mean,
            "cls" => SentencePooling.Cls,
            var other => throw new UsageException($"--pooling: '{other}' is none of mean, cls."),
        },
        Normalize = !parsed.GetValue(s_noNormalize),
        BatchSize = (parsed.GetValue(s_batchSize) ?? 32) is >= 1 and <= 4096 and var size
            ? size : throw new UsageException("--batch-size: expected a whole number from 1 to 4096."),
        MaxLength = parsed.GetValue(s_maxLength) is var length && length is null or >= 3
            ? length : throw new UsageException("--max-length: expected a whole number of at least 3."),
    };

    private static FileStream OpenInput(string path) => Path.Exists(path)
        ? RegularFile.Open(path) : throw new UsageException($"--input: {path}: there is no such file.");

    private static void RefuseOthers(BackboneRegistry families, string folder)
    {
        if (families.Find(folder) is not EncoderBackbones)
            throw new UsageException($"--backbone: {folder} is no encoder; expected one of {string.Join(", ", EncoderLayout.ModelTypes)}.");
    }

    private static void Finish(TextRows rows, int count)
    {
        CommonOptions.Report(rows.Close(count));
        if (count == 0)
            throw new UsageException("no text: give --text, --input, or lines on standard input.");
    }

    private static void WriteLines(Stream file, IEnumerable<TextEmbedding> found, Action finish)
    {
        using var writer = new StreamWriter(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        foreach (var one in found)
            writer.Write(Line(one) + "\n");
        finish();
    }

    private static void Print(IEnumerable<TextEmbedding> found, bool json)
    {
        foreach (var one in found)
        {
            Console.Out.WriteLine(json ? Line(one)
                : string.Join(' ', one.Values.Select(value => value.ToString("R", CultureInfo.InvariantCulture))));
        }
    }

    private static string Line(TextEmbedding one) => JsonOutput.Line(new { text = one.Text, tokens = one.Tokens, embedding = one.Values });

    private static void Report(string output, int count, int width, bool json)
    {
        if (json)
            JsonOutput.Print(new { output, texts = count, width });
        else
            Console.Out.WriteLine($"{count} vectors of {width} numbers: {output}");
    }
}
