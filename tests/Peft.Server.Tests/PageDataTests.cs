using Peft.Hosting;
using Peft.Server.Pages;
using Peft.Server.Pages.Charts;
using Peft.Server.Pages.Live;
using Peft.Server.Pages.Start;
using Peft.Training;

namespace Peft.Server.Tests;

/// <summary>What the pages compute: curves, the form's sections, texts of numbers.</summary>
public sealed class PageDataTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(500)]
    [InlineData(501)]
    [InlineData(12_345)]
    public void A_curve_has_at_most_500_points_and_keeps_its_ends_and_its_mean(int values)
    {
        var series = new Series();
        for (var step = 1; step <= values; step++)
            series.Add(step, step);
        var points = series.Points;
        Assert.InRange(points.Count, Math.Min(values, Series.Most / 2), Series.Most);
        Assert.Equal(values, points[^1].X);
        Assert.Equal(points.OrderBy(point => point.X), points);
        Assert.All(points, point => Assert.InRange(point.Y, point.X - 2.0 * values / Series.Most - 1, point.X));
    }

    [Fact]
    public void Steps_that_a_continued_run_reports_again_replace_those_before()
    {
        var series = new Series();
        foreach (var (step, value) in ((int, double)[])[(1, 1), (2, 2), (3, double.NaN), (4, 4), (2, 20), (3, 30)])
            series.Add(step, value);
        Assert.Equal([(1, 1), (2, 20), (3, 30)], series.Points.Select(point => (point.X, point.Y)));
    }

    [Fact]
    public void An_epoch_that_is_reported_again_is_shown_once()
    {
        var feed = new RunFeed();
        foreach (var epoch in (int[])[1, 2, 3, 2])
            feed.Apply(new JobEvaluated(
                DateTimeOffset.UnixEpoch, new EpochResult(epoch, 0.5, new Dictionary<string, double>(), 0.1 * epoch)));
        Assert.Equal([1, 2], feed.Epochs.Select(epoch => epoch.Epoch));
        Assert.Equal(4, feed.Version);
    }

    [Fact]
    public void A_heat_map_has_the_layers_of_a_site_and_group_with_the_share_of_each_expert()
    {
        var maps = HeatMap.FromPicks(
        [
            new(0, "Query", "down", [1, 3]), new(0, "Query", "up", [2, 2]), new(1, "Query", "down", [0, 5]),
            new(null, null, "kron", [0, 0, 0]),
        ]);
        Assert.Equal(["Query, down: 2 experts, 5", "Query, up: 2 experts, 4", "All sites, kron: 3 experts, 0"], maps.Select(
            map => $"{map.Title}: {map.Experts} experts, {map.Total}"));
        Assert.Equal(["0: 0.25 0.75", "1: 0 1"], maps[0].Rows.Select(row => $"{row.Name}: {string.Join(' ', row.Shares)}"));
        Assert.Equal("all", Assert.Single(maps[2].Rows).Name);
    }

    [Fact]
    public void The_counts_of_the_last_epoch_are_shown_until_there_is_a_result()
    {
        var feed = new RunFeed();
        foreach (var count in (long[])[4, 8])
        {
            var epoch = new EpochResult((int)count / 4, 0.5, new Dictionary<string, double>(), 0.1);
            feed.Apply(new JobEvaluated(
                DateTimeOffset.UnixEpoch, epoch with { ExpertPicks = [new(0, "Query", "down", [0, count])] }));
        }

        Assert.Equal([0, 8], Assert.Single(feed.Picks!).Counts);
    }

    [Fact]
    public void The_form_has_every_option_that_clients_can_give()
    {
        var shown = StartForm.Sections.SelectMany(section => section.Options).Select(option => option.Name).ToList();
        Assert.Equal(RunOption.All.Select(option => option.Name).Where(name => !RemoteOptions.IsOfServer(name)), shown);
        Assert.Equal(10, StartForm.Sections.Count);
        Assert.All(StartForm.Sections, section => Assert.InRange(section.Options.Count, 1, 16));
    }

    [Fact]
    public void The_form_gives_what_was_filled_in()
    {
        var form = new StartForm { MethodOptions = "lora.rank = 8\n\nlora.alpha=16\n" };
        (form["epochs"], form["task"]) = (" 3 ", " ");
        var options = RemoteOptions.Read(form.Read(), new PeftServerOptions());
        Assert.Equal((3, "auto"), (options.Epochs, options.Task));
        Assert.Equal("16", options.Settings["lora.alpha"]);
        form.MethodOptions = "rank 8";
        Assert.Contains("found 'rank 8'", Assert.Throws<RequestProblemException>(form.Read).Message);
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.693147, "0.6931")]
    [InlineData(12.5, "12.5")]
    [InlineData(0.00005, "5e-5")]
    [InlineData(123456.7, "123,457")]
    public void Numbers_are_short(double value, string text) => Assert.Equal(text, PageText.Number(value));
}
