using System.CommandLine;
using Peft.Cli.Output;

namespace Peft.Cli.Commands;

/// <summary><c>peft doctor</c>: what the machine offers and what is missing for full speed.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var json = CommonOptions.Json();
        var command = new Command("doctor", "Check libtorch, BLAS, devices and speed.\n\nExample:\n  peft doctor") { json };
        command.SetAction(PeftCommand.Guard((parsed, _) =>
        {
            var findings = MachineCheck.Run();
            if (parsed.GetValue(json))
            {
                JsonOutput.Print(findings);
            }
            else
            {
                foreach (var finding in findings)
                    Print(finding);
                var warnings = findings.Count(finding => finding.IsWarning);
                var remedies = findings.Count(finding => finding.Remedy is not null);
                Console.Out.WriteLine($"\n{warnings} {(warnings == 1 ? "warning" : "warnings")}, {remedies} to do");
            }

            return PeftCommand.Success;
        }));
        return command;
    }

    /// <summary>What was found, what the line is about, and what to do about a warning.</summary>
    private static void Print(Finding finding)
    {
        const int Indent = 9;
        ResultTables.PrintLine($"{(finding.IsWarning ? "warning" : "ok     ")}  {finding.What}: {finding.Found}", Indent);
        ResultTables.PrintLine(new string(' ', Indent) + finding.Meaning, Indent);
        if (finding.Remedy is { } remedy)
            ResultTables.PrintLine($"{new string(' ', Indent)}to do: {remedy}", Indent);
    }
}
