using OxyPlot;

namespace Peft.Experiments;

/// <summary>
/// Measures texts in pixels. The library's own measure without a machine's fonts is in points, so that legends would be cut; and the font
/// of a reader's browser may be wider than the one that is measured.
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
