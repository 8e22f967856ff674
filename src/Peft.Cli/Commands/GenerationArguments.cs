using System.CommandLine;
using Peft.Models;

namespace Peft.Cli.Commands;

/// <summary>How to decode: a preset, and options that replace parts of it.</summary>
internal sealed class GenerationArguments
{
    public const string Greedy = "greedy";
    public const string AdaMixNlg = "adamix-nlg";

    private readonly Option<string> _preset;

    private readonly Option<int?> _maxNewTokens =
        NumberOption.Whole("--max-new-tokens", "the most tokens that follow [default: the preset's, 64]");
    private readonly Option<int?> _minLength =
        NumberOption.Whole("--min-length", "no end before so many tokens");
    private readonly Option<int?> _beams =
        NumberOption.Whole("--beam", "hypotheses of a beam search; 1: none");
    private readonly Option<double?> _lengthPenalty =
        NumberOption.Real("--length-penalty", "scores are sums of log probabilities / tokens^penalty");
    private readonly Option<int?> _noRepeat =
        NumberOption.Whole("--no-repeat-ngram", "no so many generated tokens in a row come twice; 0: no rule");
    private readonly Option<bool> _sample = new("--sample") { Description = "sample tokens" };
    private readonly Option<double?> _temperature =
        NumberOption.Real("--temperature", "divides logits before sampling");
    private readonly Option<int?> _topK =
        NumberOption.Whole("--top-k", "sample among this many of the most probable tokens");
    private readonly Option<double?> _topP =
        NumberOption.Real("--top-p", "sample among the most probable tokens of this total "
        + "probability");
    private readonly Option<ulong?> _seed = NumberOption.Seed("--seed", "of sampled tokens, and of eval's sampled routes [default: 1]");
    private readonly Option<int[]> _ends = NumberOption.Ids(
        "--end-token", "id of a token that ends a text; repeat for more [default: the preset's, else config.json's]");

    public GenerationArguments(string preset) => _preset = new Option<string>("--preset")
    {
        Description = "greedy, or adamix-nlg (10 beams, 64 tokens, length penalty 0.8, no 4-gram twice, GPT-2's end of text and empty "
            + "line end)",
        DefaultValueFactory = _ => preset,
    };

    private IReadOnlyList<Option> All =>
        [_preset, _maxNewTokens, _minLength, _beams, _lengthPenalty, _noRepeat, _sample, _temperature, _topK, _topP, _seed, _ends];

    public void AddTo(Command command)
    {
        foreach (var option in All)
            command.Options.Add(option);
    }

    /// <summary>The seed that was given; null for none.</summary>
    public ulong? Seed(ParseResult parsed) => parsed.GetValue(_seed);

    public GenerationOptions Read(ParseResult parsed, int vocabularySize)
    {
        var preset = parsed.GetValue(_preset) switch
        {
            Greedy => GenerationOptions.Greedy,
            AdaMixNlg => GenerationOptions.AdaMixNlg(vocabularySize),
            var other => throw new UsageException($"--preset: there is no preset '{other}'; there are {Greedy} and {AdaMixNlg}."),
        };
        var options = preset with
        {
            MaxNewTokens = parsed.GetValue(_maxNewTokens) ?? preset.MaxNewTokens,
            MinLength = parsed.GetValue(_minLength) ?? preset.MinLength,
            Beams = parsed.GetValue(_beams) ?? preset.Beams,
            LengthPenalty = parsed.GetValue(_lengthPenalty) ?? preset.LengthPenalty,
            NoRepeatNGram = parsed.GetValue(_noRepeat) ?? preset.NoRepeatNGram,
            Sample = parsed.GetValue(_sample),
            Temperature = parsed.GetValue(_temperature) ?? preset.Temperature,
            TopK = parsed.GetValue(_topK) ?? preset.TopK,
            TopP = parsed.GetValue(_topP) ?? preset.TopP,
            Seed = parsed.GetValue(_seed) ?? preset.Seed,
            EndTokens = parsed.GetValue(_ends) is { Length: > 0 } ends ? ends : preset.EndTokens,
        };
        options.Validate();
        return options;
    }
}
