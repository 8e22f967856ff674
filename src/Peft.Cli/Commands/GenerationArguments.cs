using System.CommandLine;
using Peft.Backbones;

namespace Peft.Cli.Commands;

/// <summary>How to decode: a preset, and options that replace parts of it.</summary>
internal static class GenerationArguments
{
    private const string AdaMixNlg = "adamix-nlg";

    private static readonly Option<string> s_preset = new("--preset")
    {
        Description = "greedy, or adamix-nlg (10 beams, 64 tokens, length penalty 0.8, no 4-gram twice, GPT-2's end of text and empty line end)",
        DefaultValueFactory = _ => "greedy",
    };

    private static readonly Option<int?> s_maxNewTokens = new("--max-new-tokens") { Description = "the most tokens that follow [default: the preset's, 64]" };
    private static readonly Option<int?> s_minLength = new("--min-length") { Description = "no end before so many tokens" };
    private static readonly Option<int?> s_beams = new("--beam") { Description = "hypotheses of a beam search; 1: none" };
    private static readonly Option<double?> s_lengthPenalty = new("--length-penalty") { Description = "scores are sums of log probabilities / tokens^penalty" };
    private static readonly Option<int?> s_noRepeat = new("--no-repeat-ngram") { Description = "no so many generated tokens in a row come twice; 0: no rule" };
    private static readonly Option<bool> s_sample = new("--sample") { Description = "draw tokens" };
    private static readonly Option<double?> s_temperature = new("--temperature") { Description = "divides logits before a draw" };
    private static readonly Option<int?> s_topK = new("--top-k") { Description = "draw among so many of the most probable tokens" };
    private static readonly Option<double?> s_topP = new("--top-p") { Description = "draw among the most probable tokens of this total probability" };
    private static readonly Option<ulong> s_seed = new("--seed") { Description = "of the draws", DefaultValueFactory = _ => 1 };
    private static readonly Option<int[]> s_ends = new("--end-token") { Description = "id of a token that ends a text; repeat for more [default: the preset's, else config.json's]", HelpName = "ID" };

    public static IReadOnlyList<Option> All =>
        [s_preset, s_maxNewTokens, s_minLength, s_beams, s_lengthPenalty, s_noRepeat, s_sample, s_temperature, s_topK, s_topP, s_seed, s_ends];

    public static GenerationOptions Read(ParseResult parsed, int vocabularySize)
    {
        var preset = parsed.GetValue(s_preset) switch
        {
            "greedy" => GenerationOptions.Greedy,
            AdaMixNlg => GenerationOptions.AdaMixNlg(vocabularySize),
            var other => throw new UsageException($"--preset: there is no preset '{other}'; there are greedy and {AdaMixNlg}."),
        };
        var options = preset with
        {
            MaxNewTokens = parsed.GetValue(s_maxNewTokens) ?? preset.MaxNewTokens,
            MinLength = parsed.GetValue(s_minLength) ?? preset.MinLength,
            Beams = parsed.GetValue(s_beams) ?? preset.Beams,
            LengthPenalty = parsed.GetValue(s_lengthPenalty) ?? preset.LengthPenalty,
            NoRepeatNGram = parsed.GetValue(s_noRepeat) ?? preset.NoRepeatNGram,
            Sample = parsed.GetValue(s_sample),
            Temperature = parsed.GetValue(s_temperature) ?? preset.Temperature,
            TopK = parsed.GetValue(s_topK) ?? preset.TopK,
            TopP = parsed.GetValue(s_topP) ?? preset.TopP,
            Seed = parsed.GetValue(s_seed),
            EndTokens = parsed.GetValue(s_ends) is { Length: > 0 } ends ? ends : preset.EndTokens,
        };
        options.Validate();
        return options;
    }
}
