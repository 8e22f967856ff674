using OxyPlot;

namespace Peft.Experiments;

/// <summary>
/// Measures texts in pixels. Without a machine's fonts, OxyPlot measures in points, so legends would be cut off. The font of a reader's
/// browser may also be wider than the measured one.
/// </summary>
internal sealed class PixelTextMeasurer() : PdfRenderContext(1, 1, OxyColors.White)
{
    private const double PixelsOfPoint = 96.0 / 72.0, Wider = 1.08;

    /// <inheritdoc/>
    public override OxySize MeasureText(string text, string fontFamily, double fontSize, double fontWeight)
    {
        var size = base.MeasureText(text, fontFamily, fontSize, fontWeight);
        return new OxySize(size.Width * PixelsOfPoint * Wider, size.Height * PixelsOfPoint);
    }
}
