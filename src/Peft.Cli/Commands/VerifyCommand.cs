using System.CommandLine;
using System.Globalization;
using Peft.Cli.Output;
using Peft.Cli.Verification;
using Peft.Data;
using Peft.Training;

namespace Peft.Cli.Commands;

/// <summary><c>peft verify</c>: compares computed tensors with recorded ones.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("dir")
        {
            Description = "a folder with config.json, weights and expected.safetensors (or reference.safetensors), or with cases.jsonl",
        };
        var vocabulary = new Option<string?>("--vocab") { Description = "for cases.jsonl: the folder of vocabularies" };
        var device = new Option<string>("--device") { Description = "auto, cpu or cuda", DefaultValueFactory = _ => "cpu" };
        var json = CommonOptions.Json();
        var command = new Command(
            "verify",
            "Compare outputs, losses, gradients or token ids with recorded ones.\n\nExamples:\n"
            + "  peft verify golden/bert_cls\n  peft verify golden/tokenizers --vocab vocab")
        {
            folder, vocabulary, device, json,
        };
        command.SetAction(PeftCommand.Guard((parsed, _) =>
        {
            var path = parsed.GetValue(folder)!;
            var cases = Path.Combine(path, "cases.jsonl");
            return File.Exists(cases)
                ? Tokenizers(cases, parsed.GetValue(vocabulary) ?? throw new UsageException(
                    "--vocab: name the folder of vocabularies."), parsed.GetValue(json))
                : Numbers(path, parsed.GetValue(device)!, parsed.GetValue(json));
        }));
        return command;
    }

    private static int Numbers(string path, string device, bool json)
    {
        var checks = Verifier.Run(path, DeviceChoice.Parse(device));
        var failed = checks.Count(check => !check.Passed);
        if (json)
        {
            JsonOutput.Print(new
            {
                path,
                passed = failed == 0,
                checks = checks.Select(check => new { check.Name, Error = Text(check.Error), check.Tolerance, check.Passed }),
            });
        }
        else
        {
            foreach (var check in checks)
            {
                Console.Out.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(check.Passed ? "ok  " : "FAIL")} {check.Error,9:E1} (<= {check.Tolerance:E0})  {check.Name}"));
            }

            var outcome = failed == 0 ? $"all {checks.Count} checks pass" : $"{failed} of {checks.Count} checks fail";
            Console.Out.WriteLine($"{path}: {outcome}");
        }

        return failed == 0 && checks.Count > 0 ? PeftCommand.Success : PeftCommand.Failure;
    }

    private static int Tokenizers(string cases, string vocabulary, bool json)
    {
        var report = TokenizerCases.Check(cases, vocabulary);
        if (json)
            JsonOutput.Print(report);
        else
            Print(report);
        return report.AllEqual && report.Rows > 0 ? PeftCommand.Success : PeftCommand.Failure;
    }

    private static void Print(TokenizerReport report)
    {
        foreach (var tally in report.Tokenizers)
            Console.Out.WriteLine($"{(tally.Differing == 0 ? "ok  " : "FAIL")} {tally.Tokenizer}: {tally.Differing} of {tally.Rows} "
                + "rows differ");
        foreach (var difference in report.Differences)
        {
            Console.Out.WriteLine(
                $"     line {difference.Line} ({difference.Tokenizer}): "
                + $"expected [{string.Join(", ", difference.Expected)}], found [{string.Join(", ", difference.Found)}]");
        }

        if (report.NotChecked.Count > 0)
            Console.Out.WriteLine($"not checked (no such tokenizer in this version): {string.Join(", ", report.NotChecked)}");
    }

    /// <summary>JSON has no infinity and no NaN.</summary>
    private static string Text(double error) => error.ToString("E1", CultureInfo.InvariantCulture);
}
