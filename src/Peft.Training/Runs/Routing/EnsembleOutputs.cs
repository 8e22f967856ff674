using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>The outputs of an ensemble's members on the same rows.</summary>
/// <param name="members">Each member's logits or numbers, row by row.</param>
/// <param name="width">Outputs of a row; 1 for numbers.</param>
internal sealed class EnsembleOutputs(IReadOnlyList<float[]> members, int width)
{
    /// <summary>The logarithms of the mean probabilities, which are logits of the same classes; of numbers, their mean.</summary>
    public float[] Mean()
    {
        using var scope = NewDisposeScope();
        var all = Stacked();
        var mean = width == 1 ? all.mean([0]) : PredictiveDistribution.FromLogits(all).Probabilities.clamp_min(1e-30).log();
        return mean.to_type(ScalarType.Float32).data<float>().ToArray();
    }

    /// <summary>The mean standard deviation (n - 1) of the members' numbers; 0 for one member.</summary>
    public double Deviation()
    {
        using var scope = NewDisposeScope();
        return members.Count < 2 ? 0 : Stacked().std(0, unbiased: true).mean().item<double>();
    }

    /// <summary>The uncertainty of the ensemble's classes, averaged over all, right and wrong rows.</summary>
    /// <param name="labels">Each row's class.</param>
    public EnsembleUncertainty Uncertainty(ReadOnlySpan<float> labels)
    {
        using var scope = NewDisposeScope();
        var found = PredictiveDistribution.FromLogits(Stacked());
        var predicted = found.Probabilities.argmax(-1).data<long>().ToArray();
        var (total, expected) = (found.Total.data<double>().ToArray(), found.Expected.data<double>().ToArray());
        var (right, wrong) = (new List<int>(), new List<int>());
        for (var row = 0; row < predicted.Length; row++)
            (predicted[row] == (long)labels[row] ? right : wrong).Add(row);
        return Averaged(Enumerable.Range(0, predicted.Length), total, expected) with
        {
            Right = right.Count == 0 ? null : Averaged(right, total, expected),
            Wrong = wrong.Count == 0 ? null : Averaged(wrong, total, expected),
        };
    }

    private static EnsembleUncertainty Averaged(IEnumerable<int> rows, double[] total, double[] expected)
    {
        var (all, within) = (rows.Average(row => total[row]), rows.Average(row => expected[row]));
        return new EnsembleUncertainty(all, within, all - within);
    }

    /// <summary>[members, rows, outputs] in float64.</summary>
    private Tensor Stacked() => stack(members.Select(one => tensor(one, dtype: ScalarType.Float64).view(-1, width)));
}
