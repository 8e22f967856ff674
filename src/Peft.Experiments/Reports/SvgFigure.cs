using System.Globalization;
using System.Net;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace Peft.Experiments;

/// <summary>
/// Draws plots as SVG that fits any width, with colours that people with colour blindness tell apart (Okabe and Ito 2008).
/// </summary>
internal static class SvgFigure
{
    private const int Width = 440, Height = 340, LegendLine = 20, SeriesOnLine = 2;
    private const double Text = 15, Small = 14;

    /// <summary>The font whose widths are known without a machine's fonts; the page names others beside it.</summary>
    private const string Measured = "Arial";

    private static readonly OxyColor[] s_colors =
    [
        OxyColor.Parse("#0072B2"), OxyColor.Parse("#D55E00"), OxyColor.Parse("#009E73"), OxyColor.Parse("#CC79A7"),
        OxyColor.Parse("#000000"), OxyColor.Parse("#E69F00"), OxyColor.Parse("#56B4E9"), OxyColor.Parse("#7F7F7F"),
    ];

    private static readonly MarkerType[] s_markers =
        [MarkerType.Circle, MarkerType.Square, MarkerType.Triangle, MarkerType.Diamond];

    private static readonly LineStyle[] s_lines = [LineStyle.Solid, LineStyle.Dash, LineStyle.Dot];

    /// <summary>An empty plot.</summary>
    /// <param name="title">Its title.</param>
    public static PlotModel Model(string title)
    {
        var ink = OxyColor.Parse("#1a1a1a");
        var model = new PlotModel
        {
            Title = title, DefaultFont = Measured, DefaultFontSize = Small, TitleFontSize = Text, TextColor = ink,
            TitleFontWeight = FontWeights.Bold, Background = OxyColors.White, PlotAreaBorderColor = ink,
        };
        model.Legends.Add(new Legend
        {
            LegendPlacement = LegendPlacement.Outside, LegendPosition = LegendPosition.BottomLeft, LegendFontSize = Small,
            LegendOrientation = LegendOrientation.Horizontal, LegendItemSpacing = 14, LegendPadding = 2,
        });
        return model;
    }

    /// <summary>Adds the axes of numbers.</summary>
    /// <param name="model">The plot.</param>
    /// <param name="across">The horizontal axis.</param>
    /// <param name="up">What the vertical axis shows.</param>
    public static void AddAxes(PlotModel model, Axis across, string up)
    {
        (across.Position, across.AxisTitleDistance) = (AxisPosition.Bottom, 4);
        model.Axes.Add(across);
        model.Axes.Add(new LinearAxis
        {
            Position = AxisPosition.Left, Title = up, AxisTitleDistance = 8, MinimumPadding = 0.08, MaximumPadding = 0.08,
            MajorGridlineStyle = LineStyle.Solid, MajorGridlineColor = OxyColor.Parse("#e0e0e0"), MinorTickSize = 0,
        });
    }

    /// <summary>A number of parameters: 33.9k, 5.4M.</summary>
    /// <param name="count">The number.</param>
    public static string Count(double count) => count switch
    {
        >= 999_950 => FormattableString.Invariant($"{count / 1e6:0.#}M"),
        >= 1e3 => FormattableString.Invariant($"{count / 1e3:0.#}k"),
        _ => FormattableString.Invariant($"{count:0.#}"),
    };

    /// <summary>Points of a colour and a shape of their own.</summary>
    /// <param name="title">Their name in the legend; null for none.</param>
    /// <param name="index">The number of the series.</param>
    /// <param name="large">Whether they stand out.</param>
    public static ScatterSeries Points(string? title, int index, bool large) => new()
    {
        Title = title, MarkerType = s_markers[index % s_markers.Length], MarkerSize = large ? 6 : 2.5,
        MarkerFill = s_colors[index % s_colors.Length], MarkerStroke = OxyColors.White, MarkerStrokeThickness = large ? 1 : 0,
    };

    /// <summary>An area in a light colour between two curves.</summary>
    /// <param name="title">Its name in the legend; null for none.</param>
    /// <param name="index">The number of the series.</param>
    public static AreaSeries Area(string? title, int index) => new()
    {
        Title = title, Fill = OxyColor.FromAColor(70, s_colors[index % s_colors.Length]), Color = s_colors[index % s_colors.Length],
        StrokeThickness = 1, MarkerType = MarkerType.None,
    };

    /// <summary>A line of a colour, a shape and a dash of its own.</summary>
    /// <param name="title">Its name in the legend; null for none.</param>
    /// <param name="index">The number of the series.</param>
    public static LineSeries Line(string? title, int index) => new()
    {
        Title = title, Color = s_colors[index % s_colors.Length], StrokeThickness = 2, MarkerSize = 4,
        LineStyle = s_lines[index / s_colors.Length % s_lines.Length], MarkerType = s_markers[index % s_markers.Length],
        MarkerFill = s_colors[index % s_colors.Length],
    };

    /// <summary>A dashed line across the plot at a value, with its name: a row that has no place on the horizontal axis.</summary>
    /// <param name="title">Its name.</param>
    /// <param name="value">The value.</param>
    public static LineAnnotation Level(string title, double value) => new()
    {
        Type = LineAnnotationType.Horizontal, Y = value, Text = title, TextLinePosition = 0.02,
        TextHorizontalAlignment = HorizontalAlignment.Left, LineStyle = LineStyle.Dash, Color = s_colors[^1], StrokeThickness = 1.5,
    };

    /// <summary>Draws a plot.</summary>
    /// <param name="model">The plot.</param>
    /// <param name="name">The name of the figure's file, without extension.</param>
    /// <param name="description">A description for readers who cannot see the plot.</param>
    public static ReportFigure Draw(PlotModel model, string name, string description)
    {
        var named = model.Series.Count(series => series.Title is not null);
        var height = Height + (LegendLine * ((named + SeriesOnLine - 1) / SeriesOnLine)); // the legend's lines, below the plot
        var svg = new SvgExporter
        {
            Width = Width, Height = height, IsDocument = false, UseVerticalTextAlignmentWorkaround = false,
            TextMeasurer = new PixelTextMeasurer(),
        }.ExportToString(model);
        svg = WithoutBaselines(svg).Replace($"font-family=\"{Measured}\"", $"font-family=\"Helvetica, {Measured}, sans-serif\"",
            StringComparison.Ordinal);
        var start = svg.IndexOf('>', svg.IndexOf("<svg", StringComparison.Ordinal)) + 1;
        var opening = string.Create(CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" style=\"max-width:100%;height:auto\" ")
            + $"role=\"img\" aria-label=\"{WebUtility.HtmlEncode(description)}\">";
        // Names of clip paths must be unique on the whole page.
        var body = svg[start..].Replace("clipPath", $"{name}-clip", StringComparison.Ordinal)
            .Replace($"<{name}-clip", "<clipPath", StringComparison.Ordinal)
            .Replace($"</{name}-clip", "</clipPath", StringComparison.Ordinal);
        return new ReportFigure($"{name}.svg", description, opening + body.TrimEnd());
    }

    /// <summary>
    /// Texts moved by the height of Helvetica's capitals (0.72 em) instead of aligned to a baseline, because librsvg, Inkscape and
    /// converters to PDF ignore <c>dominant-baseline</c> and would draw titles and legends cut off.
    /// </summary>
    private static string WithoutBaselines(string svg) => svg
        .Replace("dominant-baseline=\"hanging\"", "dy=\"0.72em\"", StringComparison.Ordinal)
        .Replace("dominant-baseline=\"middle\"", "dy=\"0.36em\"", StringComparison.Ordinal)
        .Replace("dominant-baseline=\"baseline\" ", "", StringComparison.Ordinal);
}
