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
                {
                    var remedy = finding.Remedy is null ? "" : $" -> {finding.Remedy}";
                    Console.Out.WriteLine($"{(finding.IsWarning ? "warning" : "ok     ")}  {finding.What}: {finding.Found}{remedy}");
                }
            }

            return PeftCommand.Success;
        }));
        return command;
    }
}
