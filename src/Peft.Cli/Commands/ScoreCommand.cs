using System.CommandLine;
using Peft.Cli.Output;
using Peft.Data;

namespace Peft.Cli.Commands;

/// <summary><c>peft score</c>: generated texts against references.</summary>
internal static class ScoreCommand
{
    private const int ShownWarnings = 3;

    private static readonly Option<string> s_hypotheses = new("--hyp")
    {
        Description = "file of generated texts, one on each line", HelpName = "FILE", Required = true,
    };

    private static readonly Option<string[]> s_references = new("--ref")
    {
        Description = "file of references; repeat for more sets", HelpName = "FILE", Required = true,
            AllowMultipleArgumentsPerToken = false,
    };

    private static readonly Option<string> s_layout = new("--format")
    {
        Description = "of the references: lines (one for the hypothesis on the same line, empty where there is none), records (all of a "
            + "hypothesis on "
            + "consecutive lines, an empty line between hypotheses) or auto (records for a single file with empty lines inside)",
        DefaultValueFactory = _ => "auto",
    };

    private static readonly Option<string?> s_metrics = new("--metrics")
    {
        Description = $"separated by commas: {string.Join(", ", GenerationScorer.Names)} [default: all]",
    };

    private static readonly Option<bool> s_tokenize =
        new("--tokenize") { Description = "first put blanks around every character that is not of a word (as published for WebNLG and "
        + "DART)" };
    private static readonly Option<bool> s_lower =
        new("--lower") { Description = "first lower-case every text (as published for WebNLG and DART)" };
    private static readonly Option<string?> s_functionWords =
        new("--function-words") { Description = "METEOR's list of function words, one on each line [default: none]", HelpName = "FILE" };
    private static readonly Option<string?> s_wordNet = new("--wordnet")
    {
        Description = $"METEOR's synonyms: a folder of WordNet's files, or {WordNet.None} [default: {WordNet.Variable}, else "
            + $"{WordNet.UsualFolder} if it exists]",
        HelpName = "DIR",
    };

    private static readonly Option<bool> s_skipMalformed = CommonOptions.SkipMalformed("records, which have no reference");
    private static readonly Option<bool> s_json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new Command(
            "score",
            "Score generated texts: BLEU, NIST, METEOR, ROUGE-L, CIDEr, TER, as the field's scripts do.\n\nExamples:\n"
            + "  peft score --hyp generated.txt --ref testset_refs.txt\n"
            + "  peft score --hyp generated.txt --ref reference0 --ref reference1 --metrics multi-bleu,ter --tokenize --lower\n"
            + "  peft score --hyp generated.txt --ref testset_refs.txt --metrics bleu,nist --json")
        {
            s_hypotheses, s_references, s_layout, s_metrics, s_tokenize, s_lower, s_functionWords, s_wordNet, s_skipMalformed, s_json,
        };
        command.SetAction(PeftCommand.GuardWithoutTorch((parsed, _) => Run(parsed)));
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var names = GenerationScorer.Choose(
            parsed.GetValue(s_metrics)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        if (names.Count == 0)
            throw new UsageException("--metrics: no metric was given.");
        var file = parsed.GetValue(s_hypotheses)!;
        var (corpus, skipped) = CorpusReader.Read(
            file, parsed.GetValue(s_references)!, Layout(parsed.GetValue(s_layout)!), parsed.GetValue(s_skipMalformed));
        CommonOptions.Report(skipped);
        Warn(file, corpus);
        if (parsed.GetValue(s_lower))
            corpus = corpus.Select(TextTokens.Lower);
        if (parsed.GetValue(s_tokenize))
            corpus = corpus.Select(text => string.Join(' ', TextTokens.Words(text)));
        var scores = GenerationScorer.Score(corpus, names, Options(parsed, names), Progress());
        if (parsed.GetValue(s_json))
            PrintJson(corpus, scores);
        else
            PrintLines(scores);
        return PeftCommand.Success;
    }

    /// <summary>METEOR's options; synonyms are read only if it is computed.</summary>
    private static MeteorOptions Options(ParseResult parsed, IReadOnlyList<string> names) => new()
    {
        FunctionWords = parsed.GetValue(s_functionWords) is { } list ? CorpusReader.ReadWords(list) : new HashSet<string>(),
        Synonyms = names.Contains("meteor") ? WordNet.Find(parsed.GetValue(s_wordNet)) : null,
    };

    /// <summary>A line every few seconds, for metrics that take long.</summary>
    private static Action<string, int, int> Progress()
    {
        const int EveryMilliseconds = 5000;
        var last = Environment.TickCount64;
        return (metric, done, all) =>
        {
            if (Environment.TickCount64 - last < EveryMilliseconds)
                return;
            last = Environment.TickCount64;
            Console.Error.WriteLine($"{metric}: {done} of {all} records");
        };
    }

    private static ReferenceLayout Layout(string name) => name switch
    {
        "auto" => ReferenceLayout.Auto,
        "lines" => ReferenceLayout.Lines,
        "records" => ReferenceLayout.Records,
        _ => throw new UsageException($"--format: '{name}' is none of auto, lines, records."),
    };

    /// <summary>The scripts score an empty hypothesis like any other, but it usually means that generation failed.</summary>
    private static void Warn(string file, GenerationCorpus corpus)
    {
        var empty = corpus.Records.Select((record, index) => (record, Line: index + 1)).Where(entry => entry.record.Hypothesis.Length == 0)
            .Select(entry => entry.Line).ToList();
        if (empty.Count == 0)
            return;
        var shown = string.Join(", ", empty.Take(ShownWarnings)) + (empty.Count > ShownWarnings
            ? $" and {empty.Count - ShownWarnings} more" : "");
        Console.Error.WriteLine($"peft: warning: {file}, line {shown}: empty hypothesis; scored as it is.");
    }

    private static void PrintJson(GenerationCorpus corpus, IReadOnlyList<GenerationScore> scores) => JsonOutput.Print(new
    {
        hypotheses = corpus.Records.Count,
        references = corpus.Records.Sum(record => record.References.Count),
        emptyHypotheses = corpus.Records.Count(record => record.Hypothesis.Length == 0),
        scores = scores.ToDictionary(score => score.Name, score => score.Value),
        details = scores.Where(score => score.Detail is not null).ToDictionary(score => score.Name, score => score.Detail),
    });

    private static void PrintLines(IReadOnlyList<GenerationScore> scores)
    {
        foreach (var score in scores)
            Console.Out.WriteLine($"{score.Name,-13} {Scores.Precise(score.Name, score.Value),8}  {score.Detail}".TrimEnd());
    }
}
