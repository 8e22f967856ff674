using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Peft.Cli.Output;
using Peft.Cli.Remote;
using Peft.Training;

namespace Peft.Cli.Commands;

/// <summary><c>peft sweep</c>: search for the best options of a run.</summary>
internal static class SweepCommand
{
    private const int Shown = 20;

    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "a YAML file with options, parameters, seeds and trials" };
        var output = new Option<string?>("--output")
        {
            Description = "the folder of the runs; the same command continues a sweep that was stopped [default: the file's output, or its "
                + "name without .yaml]",
            HelpName = "DIR",
        };
        var overwrite = new Option<bool>("--overwrite") { Description = "train every configuration again" };
        var json = CommonOptions.Json();
        var command = new Command(
            "sweep",
            "Train a run with many values of its options, and write the best ones as a run file.\n\nExamples:\n"
            + "  peft sweep sweep.yaml\n  peft sweep sweep.yaml --submit http://gpu-server:5080\n"
            + "  peft train --config sweep/best.yaml --output runs/best\n\nA file:\n"
            + "  options:\n    data: tickets.csv\n    epochs: 10\n  parameters:\n    method: [lora, houlsby]\n"
            + "    learning-rate: [1e-3, 5e-4]\n  seeds: [1, 2]\n\n"
            + "With 'trials: 20', values are sampled instead of combined, and 'learning-rate: {min: 1e-5, max: 1e-2, scale: log}' is a "
            + "range.")
        {
            file, output, overwrite, json,
        };
        var allowDownload = CommonOptions.AllowDownload();
        command.Options.Add(allowDownload);
        var submit = new SubmitOption();
        submit.AddTo(command);
        command.SetAction(PeftCommand.Guard((parsed, cancellation) =>
        {
            var name = parsed.GetValue(file)!;
            var plan = SweepFile.Read(name, new TrainingOptions());
            if (!submit.IsGiven(parsed))
                BackboneSource.FolderNamedBy(name, plan.Options.Backbone, parsed.GetValue(allowDownload), CommonOptions.Note, cancellation);
            plan = plan with
            {
                Options = plan.Options with
                {
                    Output = parsed.GetValue(output) ?? plan.Options.Output ?? DefaultOutput(name),
                    Overwrite = parsed.GetValue(overwrite) || plan.Options.Overwrite,
                },
            };
            using var host = Composition.Host(CommonOptions.ReadPlugins(parsed), cancellation);
            if (submit.IsGiven(parsed))
            {
                var missing = host.Services.GetRequiredService<Sweep>().Missing(plan).Select(options => new SubmittedRun(options));
                submit.Train(parsed, [.. missing], parsed.GetValue(json), cancellation);
                plan = plan with { Options = plan.Options with { Overwrite = false } }; // what was downloaded stays
            }

            return Run(host, plan, parsed.GetValue(json), cancellation);
        }, Stopping.AfterStep));
        return command;
    }

    private static string DefaultOutput(string file) => Path.ChangeExtension(file, null) is { Length: > 0 } name && name != file
        ? name : throw new UsageException($"{file}: has no extension to leave out; name the folder of the runs with --output.");

    private static int Run(IHost host, SweepPlan plan, bool json, CancellationToken cancellation)
    {
        var trials = ProgressView.Watch(
            json, observer => host.Services.GetRequiredService<Sweep>().Run(plan, observer, cancellation));
        var folder = plan.Options.Output!;
        if (json)
            JsonOutput.Print(new { best = trials.Count == 0 ? null : Path.Combine(folder, Sweep.BestName), trials });
        else if (trials.Count > 0)
            Print(plan, trials, folder);
        if (!cancellation.IsCancellationRequested)
            return PeftCommand.Success;
        Console.Error.WriteLine($"peft: stopped by {StopSignals.Name} after {trials.Count} configurations; the same command continues.");
        return PeftCommand.Interrupted;
    }

    private static void Print(SweepPlan plan, IReadOnlyList<SweepTrial> trials, string folder)
    {
        var (metric, names) = (trials[0].Summary.PrimaryMetric, plan.Parameters.Select(parameter => parameter.Name).ToList());
        ResultTables.Print(
            [.. names.Select(name => new Column(name)), new Column(metric, IsNumber: true), new Column("time", IsNumber: true)],
            [
                .. trials.Take(Shown).Select(trial => (string[])
                [
                    .. names.Select(name => trial.Values.GetValueOrDefault(name, "")), Scores.Text(metric, trial.Primary),
                    ResultTables.Seconds(trial.Summary.Seconds),
                ]),
            ]);
        if (trials.Count > Shown)
            ResultTables.PrintLine($"the best {Shown} of {trials.Count}; all are in {Path.Combine(folder, Sweep.ResultName)}");
        NextStep.Print(folder, $"peft train --config {NextStep.Quoted(Path.Combine(folder, Sweep.BestName))} --output runs/best");
    }
}
