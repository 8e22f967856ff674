using Peft.Training;

namespace Peft.Tests.Training.Prompting;

/// <summary>Templates of prompts: places, their changes, and what is refused.</summary>
public sealed class ClozeTemplateTests
{
    [Fact]
    public void Places_are_filled_and_known()
    {
        var filled = Parse("{text} It was {mask}.").Fill(" a {pair} film ", null, "[MASK]", text => text);
        Assert.Equal("a {pair} film It was [MASK].", filled.Text);
        Assert.Equal("a {pair} film", Part(filled, filled.Slots.Single()));
        Assert.Equal("[MASK]", Part(filled, filled.Mask));
    }

    [Fact]
    public void The_last_token_is_left_out_and_the_first_letter_is_lowered()
    {
        var template = Parse("{text:drop-last}?{mask}, {pair:lower-first}");
        Assert.True(template.HasPair);
        var filled = template.Fill("It rains.", "The street is wet.", "Yes", text => text[..^1]);
        Assert.Equal("It rains? Yes, the street is wet.", filled.Text);
        Assert.Equal(["It rains", "the street is wet."], filled.Slots.Select(slot => Part(filled, slot)));
    }

    [Theory]
    [InlineData("It was {mask}.", "has {text} 0 times; expected once")]
    [InlineData("{text} It was.", "has {mask} 0 times; expected once, where the word of the label belongs")]
    [InlineData("{text} {mask} {mask}", "has {mask} 2 times")]
    [InlineData("{text} {pair} {pair} {mask}", "has {pair} 2 times")]
    [InlineData("{txt} {mask}", "has the place '{txt}'; the nearest is 'text'")]
    [InlineData("{text} {mask", "has a brace that is not closed or not opened")]
    [InlineData("{text:lower} {mask}", "has '{text:lower}'")]
    [InlineData("{text} {mask:drop-last}", "{mask} nothing")]
    public void What_is_no_template_is_refused(string template, string problem)
    {
        Assert.Null(ClozeTemplate.Parse(template, out var found));
        Assert.Contains(problem, found);
    }

    private static ClozeTemplate Parse(string template) => ClozeTemplate.Parse(template, out _)!;

    private static string Part(FilledCloze filled, Data.TextSpan span) => filled.Text[span.Start..span.End];
}
