namespace Peft.Cli.Tests;

/// <summary>Settings that would have no effect or make no sense are errors in one line, before anything is trained.</summary>
public sealed class HostileSettingTests
{
    private static readonly string[] s_small = ["--train-limit", "8", "--dev-limit", "8", "--max-steps", "1", "--max-length", "16"];

    [Theory]
    [InlineData("train --method lora --set houlsby.size=4", "--set houlsby.size: lora does not use houlsby")]
    [InlineData("train --method lora --set adamix.experts=4", "--set adamix.experts: lora does not use adamix")]
    [InlineData("train --method full --set lora.rank=4", "full does not use lora")]
    [InlineData("plan --method prefix+lora --set houlsby.size=4", "does not use houlsby")]
    [InlineData("compare --methods lora,full --set houlsby.size=4", "lora, full do not use houlsby")]
    [InlineData("train --method lora --set loar.rank=4", "loar")]
    [InlineData("train --method adamix(adamix(lora))", "mixtures do not nest")]
    [InlineData("train --method lora+adamix(lora)", "mixtures do not nest")]
    [InlineData("train --method adamix(lora", "parentheses that do not match")]
    [InlineData("train --method lora)", "parentheses that do not match")]
    [InlineData("train --method (lora)", "parentheses that belong to no mixture")]
    [InlineData("train --method lora+", "lacks a name")]
    [InlineData("train --method adamix()", "lacks a name")]
    [InlineData("train --method adamix(lora) --set adamix.experts=1000000", "from 1 to 1024")]
    [InlineData("train --threads 1000000", "expected at most")]
    [InlineData("train --seed 99999999999", "whole number from -2147483648 to 2147483647")]
    [InlineData("compare --seeds 1,1", "--seeds: 1 is given twice")]
    [InlineData("compare --seeds ,", "--seeds: '' is not a whole number")]
    [InlineData("compare --seeds 1,", "--seeds: '' is not a whole number")]
    [InlineData("compare --seeds -1", "--seeds: '-1' is not a whole number")]
    [InlineData("compare --methods lora,LoRA", "is given twice")]
    [InlineData("compare --methods ,", "no method was given")]
    [InlineData("generate --prompt a --beam 8000", "1 to 1000")]
    [InlineData("generate --prompt a --seed -1", "--seed: '-1' is not a whole number from 0")]
    [InlineData("generate --prompt a --seed 18446744073709551616", "whole number from 0 to 18446744073709551615")]
    [InlineData("generate --prompt a --end-token 1.5", "--end-token: '1.5' is not a whole number")]
    [InlineData("generate --prompt a --batch-size 0", "--batch-size: '0' is not a whole number from 1")]
    public void One_line_says_what_is_wrong(string command, string expected)
    {
        string[] arguments = command.Split(' ');
        var result = Cli.Run(arguments[0] is "train" or "compare" ? [.. arguments, .. s_small] : arguments);
        Assert.Equal(PeftCommand.Usage, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    /// <summary>Often an unset variable of a script.</summary>
    [Theory]
    [InlineData("train", "--output")]
    [InlineData("train", "--backbone")]
    [InlineData("train", "--data")]
    [InlineData("train", "--config")]
    [InlineData("compare", "--seeds")]
    [InlineData("merge", "--into")]
    [InlineData("generate", "--output")]
    [InlineData("methods", "--plugins")]
    [InlineData("inspect", null)]
    [InlineData("predict", null)]
    [InlineData("eval", null)]
    [InlineData("verify", null)]
    [InlineData("download", null)]
    [InlineData("diff", null)]
    public void An_empty_value_is_refused_by_name(string command, string? option)
    {
        var result = Cli.Run(option is null ? [command, ""] : [command, option, ""]);
        Assert.Equal(PeftCommand.Usage, result.ExitCode);
        Assert.Contains($"{option}: the value is empty", result.Error, StringComparison.Ordinal);
    }

    /// <summary>
    /// Nested repetitions are harmless; with a back reference, which needs the engine that tries every way, they are refused.
    /// </summary>
    [Theory]
    [InlineData(@"re:((.*)*)*layer", "no module is named")]
    [InlineData(@"re:(((.*)*)*)\1layer", "takes more than a second")]
    [InlineData(@"re:((", "is no regular expression")]
    public void A_pattern_never_runs_without_end(string pattern, string expected)
    {
        var result = Cli.Run("plan", "--method", "lora", "--set", "lora.targets=" + pattern);
        Assert.Equal(PeftCommand.Usage, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    /// <summary>A comparison's settings are for those of its methods that have them.</summary>
    [Fact]
    public void Methods_of_a_comparison_share_settings()
    {
        var result = Cli.Run(["compare", "--methods", "lora,head-only", "--set", "lora.rank=2", .. s_small]);
        Assert.True(result.ExitCode == 0, result.Error);
    }

    [Fact]
    public void A_preset_with_another_method_leaves_out_what_that_has_no_use_for()
    {
        var result = Cli.Run(
            ["train", "--preset", "nlg-adamix-lora", "--method", "lora", "--backbone", "builtin-gpt2", "--task", "venues", .. s_small[..6],
                "--max-length", "64"]);
        Assert.True(result.ExitCode == 0, result.Error);
    }
}
