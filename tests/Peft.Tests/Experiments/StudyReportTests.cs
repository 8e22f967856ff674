using System.Text.RegularExpressions;
using System.Xml.Linq;
using Peft.Experiments;

namespace Peft.Tests.Experiments;

public sealed partial class StudyReportTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft report ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_report_of_a_recorded_table_has_means_deviations_paper_values_tests_and_plots()
    {
        foreach (var cell in RecordedCells.Plan("table2", _folder, 1, 2).Cells.Where(cell => cell.Row.Key is "lora" or "adamix"))
        {
            var isAdaMix = cell.Row.Key == "adamix";
            RecordedCells.Write(cell, (isAdaMix ? 0.8 : 0.6) + (0.02 * cell.Seed), isAdaMix ? [1, 0, 1, 0] : [0, 1, 1, 0]);
        }

        var written = StudyReport.Write(_folder);
        Assert.Equal(8, written.Cells);
        var text = File.ReadAllText(written.Text);
        Assert.Contains("| AdaMix | 6,000 (0.9M) | – (84.7) |", text);
        Assert.Contains("| 83.0 ± 1.4 (62.9) | 83.0 ± 1.4 (74.7) |", text);
        Assert.Contains("| Houlsby † | – (0.9M) | – (83.1) |", text);
        Assert.Matches(@"\| AdaMix − LoRA † \| RTE \| accuracy \| \+50\.0 \| [\d.]+ to [\d.]+ \| 0\.\d{3} \| 2 \|", text);
        Assert.Contains("These runs are at the scale small, with the backbone minilm", text);
        Assert.Contains("- max-steps: 250", text);
        Assert.DoesNotContain("- evaluations: ", text); // no setting without a value
        foreach (Match figure in Figure().Matches(text))
            Assert.True(File.Exists(Path.Combine(_folder, figure.Groups[1].Value)), figure.Value);
        Assert.Equal(
            [
                "table2-learning-cola.svg", "table2-learning-rte.svg", "table2-parameters.svg", "table2-similarity-cola.svg",
                "table2-similarity-rte.svg",
            ],
            Directory.GetFiles(Path.Combine(_folder, "figures")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void The_page_needs_no_other_file_and_its_plots_fit_any_width()
    {
        foreach (var cell in RecordedCells.Plan("study-c", _folder, 1).Cells)
            RecordedCells.Write(cell, 0.8);
        var page = File.ReadAllText(StudyReport.Write(_folder).Page);
        Assert.DoesNotContain("<script", page);
        Assert.DoesNotContain("<link", page);
        Assert.DoesNotContain("src=", page);
        Assert.Contains("name=\"viewport\"", page);
        var plots = Directory.GetFiles(Path.Combine(_folder, "figures")).Select(file => XDocument.Load(file).Root!).ToList();
        Assert.Equal(5, plots.Count); // the distribution, and for each column the learning curve and the similarity of experts
        Assert.All(plots, plot =>
        {
            Assert.Matches(@"^0 0 \d+ \d+$", plot.Attribute("viewBox")!.Value);
            Assert.Null(plot.Attribute("width"));
            Assert.Contains("max-width:100%", plot.Attribute("style")!.Value);
            Assert.Contains(plot.Descendants(), element => element.Name.LocalName == "text");
            Assert.DoesNotContain(plot.Descendants(), element => element.Attribute("dominant-baseline") is not null); // not drawn by all
        });
        var clips = ClipPath().Matches(page).Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(clips.Distinct().Count(), clips.Count);
    }

    /// <summary>Random routing of the recorded cells is the mean of five draws, two points below the merged mixture.</summary>
    [Fact]
    public void Rows_that_show_another_way_of_inference_have_its_mean_over_draws()
    {
        foreach (var cell in RecordedCells.Plan("study-c", _folder, 1).Cells)
            RecordedCells.Write(cell, 0.8);
        var text = File.ReadAllText(StudyReport.Write(_folder).Text);
        Assert.Contains("| merged | 6,000 | – | – | 80.0 | 80.0 |", text);
        Assert.Contains("| random, a route for each batch | 6,000 | – | – | 78.0 | 78.0 |", text);
        Assert.Contains("| ensemble | 6,000 | – | – | – | – |", text);
    }

    [Fact]
    public void Curves_of_the_number_of_experts_and_of_the_bottleneck_are_drawn_for_each_column()
    {
        foreach (var cell in RecordedCells.Plan("study-f", _folder, 1, 2).Cells)
            RecordedCells.Write(cell, 0.5 + (cell.Seed / 100.0));
        StudyReport.Write(_folder);
        foreach (var column in new[] { "rte", "cola" })
        {
            Assert.Contains("against number of experts", Figure($"study-f-curve-1-{column}.svg"));
            var bottleneck = Figure($"study-f-curve-2-{column}.svg");
            Assert.Contains("against bottleneck dimension", bottleneck);
            Assert.Equal(5, Regex.Count(bottleneck, @"stroke:rgb\(0,114,178\);stroke-width:1;")); // the deviation at each of five sizes
            foreach (var size in new[] { "8", "16", "32", "48", "64" })
                Assert.Contains($">{size}</text>", bottleneck);
        }

        string Figure(string name) => File.ReadAllText(Path.Combine(_folder, "figures", name));
    }

    [Fact]
    public void A_row_is_tested_against_the_row_that_it_names_and_equal_parameters_have_no_plot()
    {
        foreach (var cell in RecordedCells.Plan("study-b", _folder, 1, 2).Cells.Where(
            cell => cell.Row.Key.EndsWith("-epochs-10", StringComparison.Ordinal)))
            RecordedCells.Write(cell, 0.5, cell.Row.Key == "adamix-epochs-10" ? [1, 0, 1, 0] : [0, 1, 1, 0], tunable: 1000);
        var text = File.ReadAllText(StudyReport.Write(_folder).Text);
        Assert.Contains("| AdaMix, 10 epochs − base, 10 epochs | RTE | accuracy | +50.0 |", text);
        Assert.DoesNotContain("− base, 30 epochs |", text);
        Assert.False(File.Exists(Path.Combine(_folder, "figures", "study-b-parameters.svg")));
    }

    [Fact]
    public void Plots_over_epochs_have_the_rows_that_the_study_names()
    {
        foreach (var cell in RecordedCells.Plan("study-b", _folder, 1).Cells.Where(
            cell => cell.Row.Key is "base-all" or "base-epochs-10"))
            RecordedCells.Write(cell, 0.5);
        StudyReport.Write(_folder);
        var plot = File.ReadAllText(Path.Combine(_folder, "figures", "study-b-learning-rte.svg"));
        Assert.Contains(">base, all rows, 12 epochs</text>", plot);
        Assert.DoesNotContain(">base, 10 epochs</text>", plot);
    }

    [Fact]
    public void A_row_whose_head_alone_is_trained_is_a_line_across_the_plot_of_parameters()
    {
        foreach (var cell in RecordedCells.Plan("study-g", _folder, 1).Cells)
        {
            RecordedCells.Write(cell, cell.Row.Key == "head" ? 0.3 : 0.8, tunable: cell.Row.Key == "head" ? 0 : null);
        }

        StudyReport.Write(_folder);
        var plot = XDocument.Load(Path.Combine(_folder, "figures", "study-g-parameters.svg"));
        var texts = plot.Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value).ToList();
        Assert.Contains("head alone", texts);
        Assert.Single(plot.Descendants(), element => ((string?)element.Attribute("style") ?? "").Contains("dasharray"));
        Assert.Contains("40", texts); // the axis reaches down to the line at 30
        Assert.DoesNotContain("1", texts); // no axis from one parameter on
    }

    [Fact]
    public void A_folder_without_results_is_refused()
    {
        var problem = Assert.Throws<StudyReportException>(() => StudyReport.Write(_folder));
        Assert.Contains("has no finished cell of a study", problem.Message);
    }

    [GeneratedRegex(@"\]\((figures/[^)]+)\)")]
    private static partial Regex Figure();

    [GeneratedRegex("<clipPath id=\"([^\"]+)\"")]
    private static partial Regex ClipPath();
}
