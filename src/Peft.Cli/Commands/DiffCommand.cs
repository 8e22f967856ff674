using System.CommandLine;
using System.Globalization;
using Peft.Cli.Output;
using Peft.Models;
using Peft.Data;

namespace Peft.Cli.Commands;

/// <summary><c>peft diff</c>: in which tensors two adapters or checkpoints differ.</summary>
internal static class DiffCommand
{
    public static Command Create()
    {
        var first = new Argument<string>("first") { Description = "an adapter, a run, a checkpoint folder, or a single file of tensors, "
            + "of any library" };
        var second = new Argument<string>("second") { Description = "the other" };
        var tolerance = NumberOption.Real("--tolerance", "absolute differences up to this count as none");
        var json = CommonOptions.Json();
        var command = new Command(
            "diff",
            "Compare the tensors of two adapters or checkpoints. Exit code 0: the same; 1: not.\n\nExample:\n  peft diff runs/first "
                + "runs/second")
        {
            first, second, tolerance, json,
        };
        command.SetAction(PeftCommand.Guard((parsed, _) =>
        {
            var allowed = parsed.GetValue(tolerance) ?? 0;
            if (!(allowed >= 0))
                throw new UsageException($"--tolerance is {allowed}; expected a number of at least 0.");
            using var one = AdapterArchives.Open(parsed.GetValue(first)!);
            using var other = AdapterArchives.Open(parsed.GetValue(second)!);
            var differences = TensorComparison.Compare(one, other, allowed);
            if (parsed.GetValue(json))
                PrintJson(one.Path, other.Path, differences);
            else
                Print(one.Path, other.Path, one.Tensors.Keys.Union(other.Tensors.Keys).Count(), differences);
            return differences.Count == 0 ? PeftCommand.Success : PeftCommand.Failure;
        }));
        return command;
    }

    /// <summary>JSON has no infinity; it becomes null.</summary>
    private static void PrintJson(string first, string second, IReadOnlyList<TensorDifference> differences) => JsonOutput.Print(new
    {
        first,
        second,
        same = differences.Count == 0,
        differences = differences.Select(found => new
        {
            found.Name,
            found.Problem,
            found.First,
            found.Second,
            found.Elements,
            MaxAbsolute = Finite(found.MaxAbsolute),
            Relative = Finite(found.Relative),
        }),
    });

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private static void Print(string first, string second, int all, IReadOnlyList<TensorDifference> differences)
    {
        foreach (var difference in differences)
            Console.Out.WriteLine(ControlCharacters.EscapeLine($"{difference.Name}: {Text(difference, first, second)}"));
        Console.Out.WriteLine(differences.Count == 0 ? $"{all} tensors, all the same" : $"{differences.Count} of {all} tensors differ");
    }

    private static string Text(TensorDifference difference, string first, string second) => difference.Problem switch
    {
        TensorProblem.Missing => $"only in {first}, {difference.First}",
        TensorProblem.Extra => $"only in {second}, {difference.Second}",
        TensorProblem.Shape => $"{difference.First} and {difference.Second}",
        _ => (difference.Problem == TensorProblem.DType ? $"{difference.First} and {difference.Second}; " : "") + string.Create(
            CultureInfo.InvariantCulture, $"{difference.Elements:N0} elements differ, by at most {difference.MaxAbsolute:G4} (relative "
                + $"{difference.Relative:G3})"),
    };
}
