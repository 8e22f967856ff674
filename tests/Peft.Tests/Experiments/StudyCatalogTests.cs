using Peft.Experiments;
using Peft.Methods;

namespace Peft.Tests.Experiments;

/// <summary>The tables have every row, column and value that the paper's readable sources print.</summary>
public sealed class StudyCatalogTests
{
    /// <summary>Columns: MNLI, QNLI, SST-2, QQP accuracy/F1, MRPC accuracy/F1, CoLA, RTE, STS-B, average.</summary>
    private const string RobertaLarge = """
        Fine-tuning † | 355.0M | 90.2 | 94.7 | 96.4 | 92.2/- | 90.9/- | 68.0 | 86.6 | 92.4 | 88.9
        Pfeiffer † | 3.0M | 90.2 | 94.8 | 96.1 | 91.9/- | 90.2/- | 68.3 | 83.8 | 92.1 | 88.4
        Pfeiffer † | 0.8M | 90.5 | 94.8 | 96.6 | 91.7/- | 89.7/- | 67.8 | 80.1 | 91.9 | 87.9
        Houlsby † | 6.0M | 89.9 | 94.7 | 96.2 | 92.1/- | 88.7/- | 66.5 | 83.4 | 91.0 | 87.8
        Houlsby † | 0.8M | 90.3 | 94.7 | 96.3 | 91.5/- | 87.7/- | 66.3 | 72.9 | 91.5 | 86.4
        LoRA † | 0.8M | 90.6 | 94.8 | 96.2 | 91.6/- | 90.2/- | 68.2 | 85.2 | 92.3 | 88.6
        AdaMix | 0.8M | 90.9 | 95.4 | 97.1 | 92.3/89.8 | 91.9/94.1 | 70.2 | 89.2 | 92.4 | 89.9
        """;

    private const string BertBase = """
        Fine-tuning † | 110M | 83.2 | 90.0 | 91.6 | -/87.4 | -/90.9 | 62.1 | 66.4 | 89.8 | 82.7
        Houlsby † | 0.9M | 83.1 | 90.6 | 91.9 | -/86.8 | -/89.9 | 61.5 | 71.8 | 88.6 | 83.0
        BitFit ◇ | 0.1M | 81.4 | 90.2 | 92.1 | -/84.0 | -/90.4 | 58.8 | 72.3 | 89.2 | 82.3
        Prefix † | 0.2M | 81.2 | 90.4 | 90.9 | -/83.3 | -/91.3 | 55.4 | 76.9 | 87.2 | 82.1
        LoRA † | 0.3M | 82.5 | 89.9 | 91.5 | -/86.0 | -/90.0 | 60.5 | 71.5 | 85.7 | 82.2
        UNIPELT (AP) † | 1.1M | 83.4 | 90.8 | 91.9 | -/86.7 | -/90.3 | 61.2 | 71.8 | 88.9 | 83.1
        UNIPELT (APL) † | 1.4M | 83.9 | 90.5 | 91.5 | -/85.5 | -/90.2 | 58.6 | 73.7 | 88.9 | 83.5
        AdaMix | 0.9M | 84.7 | 91.5 | 92.4 | 90.7/87.6 | 89.5/92.4 | 62.9 | 74.7 | 89.9 | 84.5
        """;

    private const string E2e = """
        Full FT † | 354.92M | 68.2/8.62/46.2/71.0/2.47
        Lin AdapterL † | 0.37M | 66.3/8.41/45.0/69.8/2.40
        Lin Adapter † | 11.09M | 68.9/8.71/46.1/71.3/2.47
        Houlsby Adapter † | 11.09M | 67.3/8.50/46.0/70.7/2.44
        FT-Top2 † | 25.19M | 68.1/8.59/46.0/70.8/2.41
        PreLayer † | 0.35M | 69.7/8.81/46.1/71.4/2.49
        LoRA † | 0.35M | 70.4/8.85/46.8/71.8/2.53
        LoRA (repr.) | 0.35M | 69.8/8.77/46.6/71.8/2.52
        AdaMix Adapter | 0.42M | 69.8/8.75/46.8/71.9/2.52
        AdaMix LoRA | 0.35M | 71.0/8.89/46.8/72.2/2.54
        """;

    private const string WebNlg = """
        Full FT † | 354.92M | 46.5/0.53
        Lin AdapterL † | 0.37M | 50.2/0.43
        Lin Adapter † | 11.09M | 54.9/0.39
        FT-Top2 † | 25.19M | 36.0/0.72
        PreLayer † | 0.35M | 55.1/0.40
        LoRA † | 0.35M | 55.3/0.39
        LoRA (repr.) | 0.35M | 55.37/0.39
        AdaMix Adapter | 0.42M | 54.94/0.39
        AdaMix LoRA | 0.35M | 55.64/0.39
        """;

    private const string Dart = """
        Full FT † | 354.92M | 46.2/0.46
        Lin AdapterL † | 0.37M | 42.4/0.48
        Lin Adapter † | 11.09M | 45.2/0.46
        FT-Top2 † | 25.19M | 41.0/0.56
        PreLayer † | 0.35M | 46.4/0.46
        LoRA † | 0.35M | 47.1/0.46
        LoRA (repr.) | 0.35M | 47.35/0.47
        AdaMix Adapter | 0.42M | 47.72/0.47
        AdaMix LoRA | 0.35M | 47.86/0.47
        """;

    public static TheoryData<string, string> Tables => new()
    {
        { "table1", RobertaLarge }, { "table2", BertBase }, { "table3", E2e }, { "table4", WebNlg }, { "table5", Dart },
    };

    [Theory, MemberData(nameof(Tables))]
    public void A_table_has_the_rows_and_values_of_the_paper(string name, string expected)
    {
        var study = Assert.Single(StudyCatalog.Find(name));
        Assert.Equal(Normalized(expected), study.Rows.Select(Printed));

        string Printed(StudyRow row)
        {
            var values = study.Columns.Select((column, at) => string.Join('/', column.Metrics.Select((_, metric) =>
                row.PaperValue(at, metric) ?? "-")));
            return string.Join(" | ", (string[])[row.Name, row.Size!, .. values, .. row.Average is { } average ? (string[])[average] : []]);
        }
    }

    private static string[] Normalized(string table) => [.. table.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0)];

    [Fact]
    public void Tables_without_a_readable_source_have_no_values()
    {
        foreach (var name in (string[])["table6", "table7", "table8", "table9", "table10"])
            Assert.All(StudyCatalog.Find(name)[0].Rows, row => Assert.True(row is { Paper: null, Average: null, Size: null }, row.Name));
    }

    [Fact]
    public void Figure_5_has_the_ranges_and_the_merged_values_that_its_axes_show()
    {
        var study = StudyCatalog.Find("figure5")[0];
        Assert.Equal(["MNLI", "QNLI", "SST-2", "QQP", "MRPC", "CoLA", "RTE", "STS-B"], study.Columns.Select(column => column.Name));
        Assert.Equal(4, study.Rows.Count);
        Assert.Equal("69.7-74.4", study.Rows[1].PaperValue(6, 0));
        Assert.Equal("90.0-91.2", study.Rows[3].PaperValue(4, 0));
        Assert.Equal("89.2", study.Rows[2].PaperValue(6, 0));
    }

    [Fact]
    public void Every_study_of_the_list_can_be_planned_and_names_known_methods_and_options()
    {
        Assert.Equal(20, StudyCatalog.All.Count);
        var registry = new MethodRegistry().AddFrom(typeof(Lora).Assembly);
        foreach (var (study, scale) in from study in StudyCatalog.All from scale in Enum.GetValues<StudyScale>() select (study, scale))
        {
            var plan = StudyPlan.Create(study, new StudyRequest { Scale = scale, IsWithoutData = true });
            Assert.NotEmpty(plan.Cells);
            Assert.All(plan.Cells.Where(cell => cell.Open is null), cell =>
                MethodExpression.CheckUsed(
                    [MethodExpression.Parse(registry, cell.Options!.Method, cell.Options.Settings)], cell.Options.Settings));
            Assert.Equal(study.Rows.Count, study.Rows.Select(row => row.Key).Distinct().Count());
            Assert.True(study.Rows.Count(row => row.IsReference) <= 1, study.Name);
            Assert.Subset(
                study.Rows.Select(row => row.Key).ToHashSet(),
                study.Curves.SelectMany(curve => curve.Lines.Values).SelectMany(line => line.Keys)
                    .Concat(study.Rows.Select(row => row.Against).OfType<string>()).Concat(study.LearningCurves).ToHashSet());
        }
    }

    [Fact]
    public void AdaMix_has_the_settings_of_the_released_scripts_at_the_scale_of_the_paper()
    {
        var study = StudyCatalog.Find("table2")[0];
        var cells = StudyPlan.Create(study, new StudyRequest
        {
            Scale = StudyScale.Paper, IsWithoutData = true, Rows = ["adamix"], Columns = ["mnli"],
        }).Cells;
        Assert.Equal([1, 2, 3], cells.Select(cell => cell.Seed));
        var options = cells[0].Options!;
        Assert.Equal(
            ("bert-base-uncased", 4e-4, 40, 64, 0.1, 0.06, 128, 0),
            (options.Backbone, options.LearningRate, options.Epochs, options.BatchSize, options.WeightDecay, options.WarmupRatio,
                options.MaxLength, options.TrainLimit));
        Assert.Equal("48", options.Settings["houlsby.size"]);
        Assert.Equal("4", options.Settings["adamix.experts"]);
    }

    [Fact]
    public void Rows_that_show_one_training_run_share_its_cells()
    {
        var plan = StudyPlan.Create(
            StudyCatalog.Find("study-c")[0], new StudyRequest { IsWithoutData = true, Columns = ["RTE"], Seeds = [4, 5] });
        Assert.Equal(["seed-4", "seed-5"], plan.Cells.Select(cell => Path.GetFileName(cell.Folder)));
    }

    [Fact]
    public void Unknown_names_are_refused_with_the_nearest_one()
    {
        Assert.Contains("the nearest is 'table2'", Assert.Throws<UnknownNameException>(() => StudyCatalog.Find("tabel2")).Message);
        var study = StudyCatalog.Find("table2")[0];
        var problem = Assert.Throws<UnknownNameException>(
            () => StudyPlan.Create(study, new StudyRequest { IsWithoutData = true, Columns = ["RTF"] }));
        Assert.Contains("there is no column 'RTF'; the nearest is 'RTE'", problem.Message);
    }
}
