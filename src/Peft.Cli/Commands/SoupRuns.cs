using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Peft.Cli.Output;
using Peft.Models;
using Peft.Training;

namespace Peft.Cli.Commands;

/// <summary>The part of <c>peft merge</c> that averages the weights of several runs into a new run.</summary>
internal sealed class SoupRuns
{
    private readonly Option<string?> _soup = new("--soup")
    {
        Description = "average several runs into a run: uniform; greedy, only runs that do not lower the development metric; or fisher, "
            + "weighted by Fisher information",
        HelpName = "WAY",
    };

    private readonly Option<string?> _data = new("--data")
    {
        Description = "of --soup: the task's folder, or a file of development rows [default: the first run's]", HelpName = "PATH",
    };

    private readonly Option<int?> _fisherRows = NumberOption.Whole(
        "--fisher-rows", "of --soup fisher: training rows that the information is estimated on [default: 256]", min: 1);

    private readonly Option<bool> _overwrite = new("--overwrite") { Description = "of --soup: replace a run in --into" };
    private readonly Option<string> _device = CommonOptions.Device();

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_soup, _data, _fisherRows, _overwrite, _device])
            command.Options.Add(option);
    }

    /// <summary>How runs are averaged; null if one adapter is to be merged into its backbone.</summary>
    /// <exception cref="UsageException">The way is unknown, or an option needs it.</exception>
    public SoupKind? Kind(ParseResult parsed)
    {
        if (parsed.GetValue(_soup) is not { } way)
        {
            Option[] own = [_data, _fisherRows, _overwrite, _device];
            return own.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { Name: var name }
                ? throw new UsageException($"{name}: needs --soup, the average of several runs.") : null;
        }

        var kind = way.ToLowerInvariant() switch
        {
            "uniform" => SoupKind.Uniform,
            "greedy" => SoupKind.Greedy,
            "fisher" => SoupKind.Fisher,
            _ => throw new UsageException($"--soup: '{way}' is not one of uniform, greedy, fisher."),
        };
        return kind != SoupKind.Fisher && parsed.GetValue(_fisherRows) is not null
            ? throw new UsageException("--fisher-rows: needs --soup fisher.") : kind;
    }

    /// <summary>Averages runs, writes the result as a run and prints each run's part in it.</summary>
    public int Run(
        ParseResult parsed, SoupKind kind, string[] runs, string into, string? backbone, bool allowDownload, bool json,
        CancellationToken cancellation)
    {
        if (File.Exists(Path.Combine(into, RunResult.FileName)) && !parsed.GetValue(_overwrite))
            throw new UsageException($"--into: {into} holds an earlier run; name another folder, or --overwrite to replace it.");
        using var host = Composition.Host(CommonOptions.ReadPlugins(parsed), cancellation);
        var services = host.Services;
        var found = new RunSoup(
            services.GetRequiredService<MethodRegistry>(), services.GetRequiredService<TaskRegistry>(),
            services.GetRequiredService<BackboneRegistry>()).Cook(
            runs,
            new SoupOptions
            {
                Kind = kind,
                Data = parsed.GetValue(_data),
                FisherRows = parsed.GetValue(_fisherRows) ?? new SoupOptions().FisherRows,
                Device = parsed.GetValue(_device)!,
                Backbone = backbone,
                AllowDownload = allowDownload,
            },
            CommonOptions.Note,
            cancellation);
        using var model = found.Model;
        model.Save(into, parsed.GetValue(_overwrite));
        if (json)
            JsonOutput.Print(new { into, soup = kind, runs = found.Parts, model.Result.Metrics });
        else
            Print(into, found);
        return PeftCommand.Success;
    }

    private static void Print(string into, SoupOutcome found)
    {
        var metrics = found.Model.Result.Metrics;
        ResultTables.Print(
            [
                new Column("run", Shortest: 12), .. metrics.Keys.Select(name => new Column(name, IsNumber: true)), new Column("averaged"),
            ],
            [
                .. found.Parts.Select(part => (string[])
                [
                    part.Folder, .. metrics.Keys.Select(name => Scores.Text(name, part.Metrics[name])), part.IsUsed ? "yes" : "no",
                ]),
                [into, .. metrics.Select(metric => Scores.Text(metric.Key, metric.Value)), ""],
            ]);
        NextStep.Print(into, $"peft eval {NextStep.Quoted(into)}");
    }
}
