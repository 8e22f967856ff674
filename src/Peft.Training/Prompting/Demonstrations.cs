using Peft.Data;

namespace Peft.Training;

/// <summary>A training example that is shown with its word after another text.</summary>
/// <param name="Text">The text, or the first text of a pair.</param>
/// <param name="Pair">The second text; null for single texts.</param>
/// <param name="Label">The index of its label.</param>
internal sealed record Demonstration(string Text, string? Pair, int Label);

/// <summary>
/// Samples demonstrations (Gao et al. 2021, section 6): some training examples of each label, in the order of the labels. The same seed
/// gives the same ones on every machine.
/// </summary>
/// <param name="train">The training examples.</param>
/// <param name="labels">The number of labels.</param>
/// <param name="perLabel">How many of each label are shown.</param>
/// <param name="seed">The run's seed.</param>
internal sealed class Demonstrations(IReadOnlyList<Example> train, int labels, int perLabel, long seed)
{
    /// <summary>The demonstrations of every text that is not trained on.</summary>
    public IReadOnlyList<Demonstration> Common() => Sample(except: -1);

    /// <summary>The demonstrations of a training example, which is not among them.</summary>
    /// <param name="row">Its index.</param>
    public IReadOnlyList<Demonstration> OfTraining(int row) => Sample(row);

    private List<Demonstration> Sample(int except)
    {
        var shown = new List<Demonstration>();
        var random = new SeededRandom(seed, except + 1);
        for (var label = 0; label < labels && perLabel > 0; label++)
        {
            int[] rows = [.. Enumerable.Range(0, train.Count).Where(row => row != except && (int)train[row].Label == label)];
            random.Shuffle<int>(rows);
            shown.AddRange(rows.Take(perLabel).Select(row => new Demonstration(train[row].Text, train[row].Pair, (int)train[row].Label)));
        }

        return shown;
    }
}
