namespace Peft.Experiments;

/// <summary>
/// Estimates how long cells take: from finished cells of the study and results that it copies from other studies, else from a rough figure,
/// 6 floating-point operations for each parameter of the backbone's layers and each token of a pass, at 40 GFLOP/s for each core or
/// 20 TFLOP/s on a GPU, and 10 ms for each pass.
/// </summary>
internal static class StudyEstimate
{
    private const double PerCore = 40e9, Gpu = 20e12, Overhead = 0.01, Operations = 6, Decoding = 20, SecondsOfHour = 3600;
    private const int AutomaticSteps = 400, AutomaticEpochs = 40, LeastEpochs = 3;

    /// <summary>Parameters of the layers of known backbones, in millions.</summary>
    private static readonly Dictionary<string, double> s_millions = new()
    {
        ["minilm"] = 10.6, ["builtin"] = 3.2, ["builtin-gpt2"] = 3.2, ["bert-base-uncased"] = 85, ["roberta-large"] = 302,
        ["gpt2-medium"] = 302,
    };

    /// <summary>Estimates the time of the cells that have no result, in this study or in another whose result is copied.</summary>
    /// <param name="plan">The study.</param>
    /// <returns>Hours with one cell at a time, and whether they are from measurements.</returns>
    public static (double Hours, bool IsMeasured) Remaining(StudyPlan plan)
    {
        var cells = plan.Cells.Where(cell => cell.Open is null)
            .Select(cell => (Cell: cell, Result: CellFile.Read(cell).Result ?? SharedCells.Find(plan, cell))).ToList();
        var done = cells.Where(pair => pair.Result is { Run.Steps: > 0 }).ToList();
        var measured = done.Count == 0 ? (double?)null
            : done.Sum(pair => pair.Result!.Seconds) / done.Sum(pair => pair.Result!.Run.Steps * Passes(pair.Cell));
        var seconds = cells.Where(pair => pair.Result is null).Sum(pair => measured is { } each
            ? Steps(pair.Cell) * Passes(pair.Cell) * each : Rough(plan, pair.Cell));
        return (seconds / SecondsOfHour, measured is not null);
    }

    /// <summary>The rough figure for all cells of a study, finished or not.</summary>
    /// <param name="plan">The study.</param>
    /// <returns>Hours with one cell at a time.</returns>
    public static double Whole(StudyPlan plan) =>
        plan.Cells.Where(cell => cell.Open is null).Sum(cell => Rough(plan, cell)) / SecondsOfHour;

    /// <summary>The optimiser steps of a cell.</summary>
    /// <param name="cell">A cell that is not open.</param>
    public static double Steps(StudyCell cell)
    {
        var options = cell.Options!;
        var rows = options.TrainLimit > 0 ? Math.Min(options.TrainLimit, Math.Max(1, cell.Column.Rows)) : cell.Column.Rows;
        var each = Math.Ceiling(rows / (double)(options.BatchSize * options.GradientAccumulation));
        var epochs = options.Epochs > 0 ? options.Epochs : Math.Clamp(Math.Ceiling(AutomaticSteps / each), LeastEpochs, AutomaticEpochs);
        return options.MaxSteps > 0 ? Math.Min(options.MaxSteps, each * epochs) : each * epochs;
    }

    private static int Passes(StudyCell cell) => cell.Options!.Method.StartsWith(MixtureOptions.Name + "(", StringComparison.Ordinal)
        && cell.Options.Settings.GetValueOrDefault("adamix.consistency") != "0" ? 2 : 1;

    private static double Rough(StudyPlan plan, StudyCell cell)
    {
        var options = cell.Options!;
        var speed = options.Device == "cuda" ? Gpu : PerCore * (options.Threads > 0 ? options.Threads : Environment.ProcessorCount);
        var tokens = options.BatchSize * (options.MaxLength > 0 ? options.MaxLength : 128) / 2.0; // texts are half as long as the limit
        var parameters = s_millions.GetValueOrDefault(options.Backbone, 85) * 1e6;
        return (Steps(cell) * Passes(cell) * ((Operations * parameters * tokens / speed) + Overhead))
            + (plan.Study.IsGeneration ? Decoding : 0);
    }
}
