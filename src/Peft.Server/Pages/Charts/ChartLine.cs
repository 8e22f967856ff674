namespace Peft.Server.Pages.Charts;

/// <summary>A point of a chart.</summary>
/// <param name="X">Its place on the x axis.</param>
/// <param name="Y">Its place on the y axis.</param>
public readonly record struct ChartPoint(double X, double Y);

/// <summary>A line, or a group of points, of a chart.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Points">Its points, in the order of x.</param>
public sealed record ChartLine(string Name, IReadOnlyList<ChartPoint> Points);
