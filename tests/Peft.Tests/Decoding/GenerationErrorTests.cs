using Peft.Models;
using static TorchSharp.torch;

namespace Peft.Tests.Decoding;

/// <summary>What is refused, and what the message says.</summary>
public sealed class GenerationErrorTests
{
    public static IEnumerable<TheoryDataRow<GenerationOptions, string, string>> Wrong =>
    [
        new(new() { MaxNewTokens = 0 }, "MaxNewTokens", "is 0"),
        new(new() { MaxNewTokens = 3, MinLength = 4 }, "MinLength", "0 to --max-new-tokens (3)"),
        new(new() { MinLength = -1 }, "MinLength", "is -1"),
        new(new() { Beams = 0 }, "Beams", "1 to 1000"),
        new(new() { LengthPenalty = double.NaN }, "LengthPenalty", "finite"),
        new(new() { NoRepeatNGram = -2 }, "NoRepeatNGram", "is -2"),
        new(new() { Sample = true, Temperature = 0 }, "Temperature", "above 0"),
        new(new() { Sample = true, TopK = -1 }, "TopK", "is -1"),
        new(new() { Sample = true, TopP = 1.5 }, "TopP", "is 1.5"),
        new(new() { Sample = true, TopP = 0 }, "TopP", "above 0"),
        new(new() { FirstRow = -1 }, "FirstRow", "is -1"),
        new(new() { Sample = true, Beams = 2 }, "Beams", "samples nothing"),
        new(new() { Temperature = 0.7 }, "Temperature", "no effect"),
        new(new() { TopK = 5 }, "TopK", "no effect"),
        new(new() { TopP = 0.5 }, "TopP", "no effect"),
        new(new() { EndTokens = [3, 11] }, "EndTokens", "is 11: the backbone's vocabulary has 11 tokens"),
        new(new() { PadId = -1 }, "PadId", "is -1"),
    ];

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Wrong_options_are_named(GenerationOptions options, string option, string said)
    {
        using var model = TinyDecoder.Model();
        var problem = Assert.Throws<GenerationOptionException>(() => TinyDecoder.Generate(model, [1], options));
        Assert.Equal(option, problem.Option);
        Assert.StartsWith(option is "PadId" or "FirstRow" ? option : "--", problem.Message);
        Assert.DoesNotContain("NGram ", problem.Message, StringComparison.Ordinal);
        Assert.Contains(said, problem.Message);
    }

    [Fact]
    public void Wrong_prompts_are_named()
    {
        using var model = TinyDecoder.Model(positions: 16);
        var generator = new TokenGenerator(model, _ => throw new InvalidOperationException("nothing is computed"));
        var few = new GenerationOptions { MaxNewTokens = 4 };
        Assert.Contains("prompt 1 is empty", Assert.Throws<EmptyPromptException>(() => generator.Generate([[1], []], few)).Message);
        var unknown = Assert.Throws<UnknownPromptTokenException>(() => generator.Generate([[1, 11]], few)).Message;
        Assert.Contains("prompt 0 has the token id 11", unknown);
        Assert.Contains("11 tokens", unknown);
        Assert.Throws<UnknownPromptTokenException>(() => generator.Generate([[-1]], few));
        var tooLong = Assert.Throws<PromptTooLongException>(
            () => generator.Generate([[1], [1, 2, 3]], new() { MaxNewTokens = 14 })).Message;
        Assert.Contains("prompt 1 has 3 tokens, up to 14 new ones", tooLong);
        Assert.Contains("17 in all, and the backbone has 16 positions", tooLong);
        Assert.Empty(generator.Generate([]));
    }

    [Theory]
    [InlineData("prompt", "prompt.length=3", 3)]
    [InlineData("prefix", "prefix.length=2 prefix.middle=0 prefix.shiftPositions=true", 2)]
    [InlineData("prefix", "prefix.length=2 prefix.middle=0", 0)]
    public void Virtual_tokens_that_take_positions_are_counted(string method, string settings, int taken)
    {
        using var model = TinyDecoder.Model(positions: 16);
        using var peft = new PeftModel(model);
        peft.Attach(DecoderSubject.Spec(method, mixed: false, settings), seed: 1);
        var generator = new TokenGenerator(model, peft.Run);
        var options = new GenerationOptions { MaxNewTokens = 14 - taken, EndTokens = [] };
        Assert.Equal(14 - taken, generator.Generate([[1, 2], [3]], options)[1].Tokens.Count);
        var message = Assert.Throws<PromptTooLongException>(
            () => generator.Generate([[1, 2], [3]], options with { MaxNewTokens = 15 - taken })).Message;
        Assert.Equal(taken > 0, message.Contains($"virtual tokens take {taken} positions", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(1, true)]
    public void Weights_that_are_not_numbers_are_reported(int beams, bool sample)
    {
        using var model = TinyDecoder.Model();
        using (no_grad())
            model.Decoder.WordWeight[4, 3] = double.NaN;
        var options = new GenerationOptions { Beams = beams, Sample = sample };
        Assert.Contains("not finite", Assert.Throws<NonFiniteLogitsException>(
            () => TinyDecoder.Generate(model, [1, 4], options with { MaxNewTokens = 2 })).Message);
    }
}
