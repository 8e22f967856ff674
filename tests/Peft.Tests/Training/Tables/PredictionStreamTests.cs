using Peft.Training;

namespace Peft.Tests.Training.Tables;

/// <summary>Predictions of a stream: their order, and how far it is read ahead.</summary>
public sealed class PredictionStreamTests
{
    private static readonly ClassificationTask s_task =
        ClassificationTask.FromExamples("test", [("a", "x"), ("b", "y"), ("c", "x"), ("d", "y")]);

    [Theory]
    [InlineData(1, 10)]
    [InlineData(7, 1000)]
    [InlineData(64, 3)]
    [InlineData(7, 0)]
    public void Answers_come_in_the_order_of_the_texts(int batchSize, int count)
    {
        string[] texts = [.. Enumerable.Range(0, count).Select(row => new string('a', 1 + row * 31 % 97) + row)];
        var stream = new PredictionStream(s_task, batchSize, batch =>
        {
            Assert.InRange(batch.Count, 1, batchSize);
            return [.. batch.Select(one => new Prediction(one.Text, one.Text, 1, []))];
        });
        Assert.Equal(texts, stream.Predict(texts.Select(text => (text, (string?)null)), default).Select(one => one.Answer));
    }

    [Fact]
    public void Texts_are_read_only_some_batches_ahead()
    {
        var read = 0;
        IEnumerable<(string, string?)> Endless()
        {
            while (true)
                yield return ($"text {read++}", null);
        }

        var stream = new PredictionStream(s_task, 4, Answers);
        Assert.Equal("text 199", stream.Predict(Endless(), default).ElementAt(199).Text);
        Assert.InRange(read, 200, 500);
    }

    [Fact]
    public void Cancellation_stops_between_batches()
    {
        using var source = new CancellationTokenSource();
        var batches = 0;
        var stream = new PredictionStream(s_task, 2, batch =>
        {
            if (++batches == 3)
                source.Cancel();
            return Answers(batch);
        });
        var texts = Enumerable.Repeat(("a", (string?)null), 100);
        Assert.Throws<OperationCanceledException>(() => stream.Predict(texts, source.Token).Count());
        Assert.Equal(3, batches);
    }

    [Fact]
    public void An_empty_text_is_named_by_its_number()
    {
        var stream = new PredictionStream(s_task, 2, Answers);
        var wrong = Assert.Throws<PredictionTextException>(() => stream.Predict([("a", null), (" ", null)], default).ToList());
        Assert.Contains("text 2: expected a text, found an empty one", wrong.Message);
    }

    private static IReadOnlyList<Prediction> Answers(IReadOnlyList<(string Text, string? Pair)> batch) =>
        [.. batch.Select(one => new Prediction(one.Text, "x", 1, []))];
}
