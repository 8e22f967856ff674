using Peft.Cli.Commands;
using Peft.Training;

namespace Peft.Cli.Tests;

public sealed class PredictionFieldsTests
{
    [Theory]
    [InlineData("42")]
    [InlineData("NaN")]
    [InlineData("in the city")]
    public void A_generated_text_is_no_score(string text)
    {
        var fields = PredictTexts.Fields(new Prediction("a text", text, null, []), top: null);
        Assert.Equal([("text", "a text"), ("generated", text)], fields.Select(pair => (pair.Key, (string)pair.Value!)));
    }

    [Fact]
    public void The_number_of_a_regression_is_a_score()
    {
        var fields = PredictTexts.Fields(new Prediction("a text", "4.2", null, []) { Score = 4.2 }, top: null);
        Assert.Equal(4.2, fields["score"]);
        Assert.False(fields.ContainsKey("generated"));
    }
}
