using System.CommandLine;
using Peft.Cli.Output;
using Peft.Experiments;

namespace Peft.Cli.Commands;

/// <summary><c>peft paper report</c>: one page about the results of a folder.</summary>
internal static class PaperReportCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "a folder that `peft paper run --output` wrote" };
        var json = CommonOptions.Json();
        var command = new Command(
            "report", "Write report.html and report.md: tables beside the paper's, plots, tests and settings.\n\nExample:\n"
                + "  peft paper report runs/paper")
        {
            folder, json,
        };
        command.SetAction(PeftCommand.GuardWithoutTorch((parsed, _) =>
        {
            var written = StudyReport.Write(parsed.GetValue(folder)!);
            if (parsed.GetValue(json))
                JsonOutput.Print(written);
            else
                ResultTables.PrintFacts([("page", written.Page), ("text", written.Text), ("cells", $"{written.Cells}")]);
            return PeftCommand.Success;
        }));
        return command;
    }
}
