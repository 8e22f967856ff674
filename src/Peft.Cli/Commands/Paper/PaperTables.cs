using System.Globalization;
using Peft.Cli.Output;
using Peft.Experiments;

namespace Peft.Cli.Commands;

/// <summary>What <c>peft paper run</c> prints.</summary>
internal static class PaperTables
{
    /// <summary>The cells of studies, what there is of each, and the time of the rest.</summary>
    public static void PrintPlans(IReadOnlyList<StudyPlan> plans, bool json)
    {
        if (json)
        {
            JsonOutput.Print(plans.Select(plan => new
            {
                study = plan.Study.Name, hours = StudyEstimate.Remaining(plan).Hours, measured = StudyEstimate.Remaining(plan).IsMeasured,
                cells = plan.Cells.Select(cell => new
                {
                    row = cell.Row.Key, column = cell.Column.Name, cell.Seed, state = State(plan, cell), cell.Folder,
                }),
            }));
            return;
        }

        ResultTables.Print(
            [
                new Column("study"), new Column("row", Shortest: 10), new Column("column"), new Column("seed", IsNumber: true),
                new Column("state"),
            ],
            [
                .. plans.SelectMany(plan => plan.Cells.Select(cell => (string[])
                [
                    plan.Study.Name, cell.Row.Name, cell.Column.Name, $"{cell.Seed}", State(plan, cell),
                ])),
            ]);
        foreach (var plan in plans)
        {
            var (hours, isMeasured) = StudyEstimate.Remaining(plan);
            ResultTables.PrintLine(string.Create(CultureInfo.InvariantCulture, $"{plan.Study.Name}: {hours:F2} hours for the cells "
                + $"without a result, one at a time ({(isMeasured ? "from the finished cells" : "a rough figure")})"));
        }
    }

    /// <summary>What became of the cells.</summary>
    public static void PrintOutcomes(IReadOnlyList<(StudyPlan Plan, StudyOutcome Outcome)> outcomes, bool json)
    {
        if (json)
        {
            JsonOutput.Print(outcomes.Select(one => new { study = one.Plan.Study.Name, folder = one.Plan.Folder, one.Outcome }));
            return;
        }

        ResultTables.Print(
            [.. ((string[])["study", "finished", "of them now", "open", "failed", "busy"]).Select((name, index) =>
                new Column(name, IsNumber: index > 0))],
            [
                .. outcomes.Select(one => (string[])
                [
                    one.Plan.Study.Name, $"{one.Outcome.Finished}", $"{one.Outcome.Run}", $"{one.Outcome.Open}", $"{one.Outcome.Failed}",
                    $"{one.Outcome.Busy}",
                ]),
            ]);
    }

    private static string State(StudyPlan plan, StudyCell cell) => cell.Open is { } open ? $"open: {open}"
        : CellFile.Read(cell).Status switch
        {
            CellStatus.Finished => "finished",
            CellStatus.Broken => "incomplete, will run again",
            _ => SharedCells.Find(plan, cell) is { } found ? $"will be copied from {found.Study}" : "to run",
        };
}
