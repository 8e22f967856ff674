using System.CommandLine;
using System.Globalization;
using Peft.Cli.Output;
using Peft.Experiments;

namespace Peft.Cli.Commands;

/// <summary><c>peft paper</c>: the tables and figures of the AdaMix paper as studies that can be resumed.</summary>
internal static class PaperCommand
{
    public static Command Create() => new(
        "paper",
        "Run the tables and figures of the AdaMix paper, and write a report.\n\nExamples:\n  peft paper list\n"
        + "  peft paper run table2 --data glue --output runs/paper\n  peft paper run all --scale smoke --output runs/smoke\n"
        + "  peft paper report runs/paper")
    {
        CreateList(), PaperRunCommand.Create(), PaperReportCommand.Create(),
    };

    private static Command CreateList()
    {
        var json = CommonOptions.Json();
        var command = new Command("list", "List the studies, with their cells and a rough time at the scale small on this machine.")
        {
            json,
        };
        command.SetAction(PeftCommand.GuardWithoutTorch((parsed, _) =>
        {
            var listed = StudyCatalog.All.Select(study => StudySummary.Create(study, Environment.ProcessorCount)).ToList();
            if (parsed.GetValue(json))
            {
                JsonOutput.Print(listed);
                return PeftCommand.Success;
            }

            ResultTables.Print(
                [
                    new Column("study"), new Column("title", Shortest: 20), new Column("rows", IsNumber: true),
                    new Column("cells", IsNumber: true), new Column("open", IsNumber: true), new Column("hours", IsNumber: true),
                ],
                [
                    .. listed.Select(one => (string[])
                    [
                        one.Name, one.Title, $"{one.Rows}", $"{one.Cells}", $"{one.Open}",
                        one.Hours.ToString("F1", CultureInfo.InvariantCulture),
                    ]),
                ]);
            ResultTables.PrintLine("cells: runs of one seed at the scale small; open: cells that only the scale paper runs; "
                + "hours: rough, for one cell at a time on this machine's cores");
            return PeftCommand.Success;
        }));
        return command;
    }
}
