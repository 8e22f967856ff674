using System.Globalization;
using System.Text;

namespace Peft.Server.Pages.Charts;

/// <summary>Where the points of a chart are in a drawing of 1000 x 1000 units, and what its axes say.</summary>
internal sealed class ChartScale
{
    private const double Size = 1000, Margin = 20;

    private readonly bool _isLogX;

    /// <summary>Creates the scale that fits all points.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="isLogX">Whether the x axis is logarithmic.</param>
    public ChartScale(IEnumerable<ChartLine> lines, bool isLogX = false)
    {
        _isLogX = isLogX;
        List<ChartPoint> all = [.. lines.SelectMany(line => line.Points)];
        if (all.Count == 0)
            return;
        (FirstX, LastX) = (all.Min(point => point.X), all.Max(point => point.X));
        (LowestY, HighestY) = (all.Min(point => point.Y), all.Max(point => point.Y));
    }

    public double FirstX { get; }

    public double LastX { get; }

    public double LowestY { get; }

    public double HighestY { get; }

    /// <summary>The points as SVG writes them.</summary>
    public string Polyline(IEnumerable<ChartPoint> points)
    {
        var text = new StringBuilder();
        foreach (var point in points)
            text.Append(CultureInfo.InvariantCulture, $"{X(point.X):0.#},{Y(point.Y):0.#} ");
        return text.ToString().TrimEnd();
    }

    /// <summary>From the left edge, in units.</summary>
    public double X(double x) => Margin + Share(Place(x), Place(FirstX), Place(LastX)) * (Size - 2 * Margin);

    /// <summary>From the upper edge, in units.</summary>
    public double Y(double y) => Size - Margin - Share(y, LowestY, HighestY) * (Size - 2 * Margin);

    private double Place(double x) => _isLogX ? Math.Log10(Math.Max(x, 1)) : x;

    private static double Share(double value, double first, double last) => last > first ? (value - first) / (last - first) : 0.5;
}
