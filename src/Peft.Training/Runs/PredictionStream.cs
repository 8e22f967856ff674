namespace Peft.Training;

/// <summary>
/// Predicts a stream of texts in constant memory. Texts are read ahead, and those of similar length are computed together, because a batch
/// takes as long as its longest text.
/// </summary>
/// <param name="task">The task.</param>
/// <param name="batchSize">Rows in a forward pass.</param>
/// <param name="predict">Predicts one batch.</param>
internal sealed class PredictionStream(
    IFineTuningTask task, int batchSize, Func<IReadOnlyList<(string Text, string? Pair)>, IReadOnlyList<Prediction>> predict)
{
    private const int BatchesAhead = 32, MostRows = 1 << 14, MostCharacters = 1 << 23, MostProbabilities = 1 << 21;

    private int RowsAhead
    {
        get
        {
            var outputs = task.Head is TaskHead.Classifier { Outputs: var count } ? Math.Max(1, count) : 1;
            return (int)Math.Max(batchSize, Math.Min((long)BatchesAhead * batchSize, Math.Min(MostRows, MostProbabilities / outputs)));
        }
    }

    /// <summary>Predicts an answer to each text, in the order of the texts.</summary>
    /// <param name="texts">Texts, or pairs of texts; read while the answers are enumerated.</param>
    /// <param name="cancellation">Checked before each batch.</param>
    /// <exception cref="PredictionTextException">A text is empty, or is a pair where the task has single texts, or the reverse.</exception>
    public IEnumerable<Prediction> Predict(IEnumerable<(string Text, string? Pair)> texts, CancellationToken cancellation)
    {
        var (window, number, characters, rows) = (new List<(string Text, string? Pair)>(), 0, 0L, RowsAhead);
        foreach (var (text, pair) in texts)
        {
            cancellation.ThrowIfCancellationRequested();
            number++;
            if (PredictionText.Problem(task, text, pair, "as a pair") is { } problem)
                throw new PredictionTextException(number, problem);
            window.Add((text, pair));
            characters += Length((text, pair));
            if (window.Count < rows && characters < MostCharacters)
                continue;
            foreach (var prediction in PredictWindow(window, cancellation))
                yield return prediction;
            window.Clear();
            characters = 0;
        }

        foreach (var prediction in PredictWindow(window, cancellation))
            yield return prediction;
    }

    private Prediction[] PredictWindow(List<(string Text, string? Pair)> window, CancellationToken cancellation)
    {
        var predictions = new Prediction[window.Count];
        foreach (var batch in Enumerable.Range(0, window.Count).OrderBy(row => Length(window[row])).Chunk(batchSize))
        {
            cancellation.ThrowIfCancellationRequested();
            var answers = predict([.. batch.Select(row => window[row])]);
            for (var index = 0; index < batch.Length; index++)
                predictions[batch[index]] = answers[index];
        }

        return predictions;
    }

    private static int Length((string Text, string? Pair) row) => row.Text.Length + (row.Pair?.Length ?? 0);
}
