using OxyPlot.Series;
using Peft.Experiments;

namespace Peft.Tests.Experiments;

/// <summary>The violins of figure 5.</summary>
public sealed class ViolinPlotTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Computed by hand: deviation sqrt(2.5), quartiles 2 and 4, so 0.9 * 2 / 1.34 * 5^-0.2; the density is symmetric.</summary>
    [Fact]
    public void A_density_has_silvermans_bandwidth_and_the_area_1()
    {
        var density = new KernelDensity([1, 2, 3, 4, 5]);
        Assert.Equal(0.9 * (2 / 1.34) * Math.Pow(5, -0.2), density.Bandwidth, 1e-12);
        Assert.Equal(density.At(1.5), density.At(4.5), 1e-12);
        Assert.Equal(1, Enumerable.Range(-500, 1600).Sum(step => density.At(step / 100.0) / 100), 1e-6);
    }

    [Fact]
    public void Each_column_with_draws_has_a_violin_around_them_and_a_merged_point()
    {
        foreach (var cell in RecordedCells.Plan("study-c", _folder, 1).Cells)
            RecordedCells.Write(cell, 0.8);
        var plot = ViolinPlot.Draw(StudyResults.Read(StudyCatalog.Find("study-c")[0], _folder))!;
        var violins = plot.Series.OfType<AreaSeries>().ToList();
        Assert.Equal(2, violins.Count);
        Assert.Equal(1, violins.Count(violin => violin.Title is not null));
        foreach (var (index, violin) in violins.Index())
        {
            Assert.All(violin.Points.Zip(violin.Points2), pair => Assert.Equal(2 * index, pair.First.X + pair.Second.X, 1e-9));
            Assert.Equal(index + 0.35, violin.Points2.Max(point => point.X), 1e-9);
            Assert.True(violin.Points[0].Y < 76 && violin.Points[^1].Y > 80); // the recorded draws are 76 to 80
        }

        var merged = plot.Series.OfType<ScatterSeries>().Single(series => series.Title == "merged");
        Assert.Equal([80, 80], merged.Points.Select(point => point.Y));
    }
}
