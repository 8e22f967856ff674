using Peft.Experiments;

namespace Peft.Tests.Experiments;

public sealed class CellFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft cells ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_result_is_read_as_it_was_written()
    {
        var cell = RecordedCells.Plan("study-g", _folder, 1).Cells[0];
        Assert.Equal((CellStatus.Missing, null), CellFile.Read(cell));
        RecordedCells.Write(cell, 0.75, [1, 1, 0, 0]);
        var (status, result) = CellFile.Read(cell);
        Assert.Equal(CellStatus.Finished, status);
        Assert.Equal(cell.Settings, result!.Settings);
        Assert.Equal([1, 1, 0, 0], result.Predicted[""]);
        Assert.Equal(0.75, result.Value("accuracy", ""));
        Assert.Equal(0.73, result.Value("accuracy", "random")!.Value, 12);
        Assert.Null(result.Value("f1", ""));
    }

    [Theory, InlineData("{\"format\": 1, \"ver"), InlineData("{}"), InlineData("")]
    public void Half_of_a_result_is_none(string text)
    {
        var cell = RecordedCells.Plan("study-g", _folder, 1).Cells[0];
        Directory.CreateDirectory(cell.Folder);
        File.WriteAllText(Path.Combine(cell.Folder, CellFile.Name), text);
        Assert.Equal((CellStatus.Broken, null), CellFile.Read(cell));
    }

    [Fact]
    public void A_folder_without_a_result_was_interrupted()
    {
        var cell = RecordedCells.Plan("study-g", _folder, 1).Cells[0];
        Directory.CreateDirectory(Path.Combine(cell.Folder, "run"));
        Assert.Equal(CellStatus.Broken, CellFile.Read(cell).Status);
    }

    [Fact]
    public void A_result_of_other_settings_is_refused_with_the_key_that_differs()
    {
        var cell = RecordedCells.Plan("study-g", _folder, 1).Cells[0];
        RecordedCells.Write(cell, 0.5);
        var other = cell with { Settings = new Dictionary<string, string>(cell.Settings) { ["max-steps"] = "9" } };
        var problem = Assert.Throws<StudySettingsException>(() => CellFile.Read(other));
        Assert.Contains("max-steps was 250, and is 9 now; name another folder with --output", problem.Message);
        Assert.StartsWith(Path.Combine(cell.Folder, CellFile.Name), problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_result_of_another_version_is_refused()
    {
        var cell = RecordedCells.Plan("study-g", _folder, 1).Cells[0];
        RecordedCells.Write(cell, 0.5, version: "0.0.1");
        Assert.Contains("version of peft was 0.0.1", Assert.Throws<StudySettingsException>(() => CellFile.Read(cell)).Message);
    }

    [Fact]
    public void Threads_and_device_are_no_settings_of_a_result()
    {
        var (study, request) = (StudyCatalog.Find("study-g")[0], new StudyRequest { Output = _folder, IsWithoutData = true });
        var one = StudyPlan.Create(study, request).Cells[0];
        var other = StudyPlan.Create(study, request with { Threads = 1, Device = "cpu" }).Cells[0];
        Assert.Equal(one.Settings, other.Settings);
        Assert.NotEqual(one.Settings, StudyPlan.Create(study, request with { Backbone = "builtin" }).Cells[0].Settings);
    }

    [Fact]
    public void The_case_of_rows_and_columns_does_not_matter()
    {
        var request = new StudyRequest { Output = _folder, IsWithoutData = true, Rows = ["BASE"], Columns = ["rte"] };
        var cells = StudyPlan.Create(StudyCatalog.Find("study-g")[0], request).Cells;
        Assert.All(cells, cell => Assert.Equal(("base", "RTE"), (cell.Row.Key, cell.Column.Name)));
        Assert.NotEmpty(cells);
    }

    [Fact]
    public void The_place_of_the_data_is_no_setting_of_a_result()
    {
        var cells = ((string[])["here", "there"]).Select(place =>
        {
            var data = Directory.CreateDirectory(Path.Combine(_folder, place, "RTE")).FullName;
            foreach (var file in (string[])["train.tsv", "dev.tsv"])
                File.WriteAllText(Path.Combine(data, file), "index\tsentence1\tsentence2\tlabel\n0\ta\tb\tentailment\n");
            var request = new StudyRequest { Output = _folder, Data = Path.Combine(_folder, place), Columns = ["RTE"] };
            return StudyPlan.Create(StudyCatalog.Find("study-g")[0], request).Cells[0];
        }).ToList();
        Assert.Equal("RTE", cells[0].Settings["data"]);
        Assert.Equal(cells[0].Settings, cells[1].Settings);
        Assert.NotEqual(cells[0].Options!.Data, cells[1].Options!.Data);
    }

    [Fact]
    public void Finished_cells_give_the_measured_time_of_the_others()
    {
        var plan = RecordedCells.Plan("study-g", _folder, 1, 2);
        Assert.False(StudyEstimate.Remaining(plan).IsMeasured);
        foreach (var cell in plan.Cells.Where(cell => cell.Row.Key != "base"))
            RecordedCells.Write(cell, 0.5);
        var (hours, isMeasured) = StudyEstimate.Remaining(plan);
        Assert.True(isMeasured);
        // 12 cells of 36 s and 30 steps, a third of them with two passes; 4 cells of 250 steps and one pass are left.
        Assert.Equal(4 * 250 * (12 * 36 / (30.0 * (8 + (4 * 2)))) / 3600, hours, 9);
    }

    [Fact]
    public void A_missing_data_set_says_what_is_expected_and_where_it_is_from()
    {
        var study = StudyCatalog.Find("table2")[0];
        var none = Assert.Throws<StudyDataException>(() => StudyPlan.Create(study, new StudyRequest { Columns = ["RTE"] }));
        Assert.Contains("the data set rte is missing: no folder was given with --data", none.Message);
        Directory.CreateDirectory(Path.Combine(_folder, "RTE"));
        File.WriteAllText(Path.Combine(_folder, "RTE", "train.tsv"), "");
        var half = Assert.Throws<StudyDataException>(
            () => StudyPlan.Create(study, new StudyRequest { Columns = ["RTE"], Data = _folder }));
        Assert.Contains("has no dev.tsv; expected a folder RTE with train.tsv, dev.tsv (columns: index, sentence1, sentence2, label); "
            + "get it from https://gluebenchmark.com/tasks", half.Message);
    }
}
