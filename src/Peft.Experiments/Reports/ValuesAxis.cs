using OxyPlot.Axes;

namespace Peft.Experiments;

/// <summary>A logarithmic axis with a tick at each value that was measured, such as 3, 10, 30 and 60 epochs.</summary>
/// <param name="values">The values, each once, in ascending order.</param>
internal sealed class ValuesAxis(IReadOnlyList<double> values) : LogarithmicAxis
{
    /// <inheritdoc/>
    public override void GetTickValues(
        out IList<double> majorLabelValues, out IList<double> majorTickValues, out IList<double> minorTickValues)
    {
        (majorLabelValues, majorTickValues) = ([.. values], [.. values]);
        minorTickValues = [];
    }
}
