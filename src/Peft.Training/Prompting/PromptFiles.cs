using Peft.Data;

namespace Peft.Training;

/// <summary>
/// Names the files of few-shot folders that a user's own folder does not have: <c>dev_matched</c> and <c>heldout_subset</c> as development
/// files, and the <c>test</c> file that CLUES' splits share in the folder above them.
/// </summary>
/// <param name="Options">The settings with these files.</param>
/// <param name="SharedTest">The shared test file, if it is used as development rows; null otherwise.</param>
internal sealed record PromptFiles(TrainingOptions Options, string? SharedTest)
{
    /// <summary>Finds the files that <see cref="OwnPaths"/> would not.</summary>
    /// <param name="options">The run's settings.</param>
    public static PromptFiles Find(TrainingOptions options)
    {
        var given = new PromptFiles(options, null);
        if (options is not { Data: { } folder, Train: null, Dev: null, Folds: 0 } || !Directory.Exists(folder))
            return given;
        var dev = Named(folder, OwnPaths.DevNames) is null ? Named(folder, "dev_matched", "heldout_subset") : null;
        if (Named(folder, "train") is null)
            return Named(folder, "train_subset") is not { } train ? given
                : new PromptFiles(options with { Data = null, Train = train, Dev = Named(folder, OwnPaths.DevNames) ?? dev }, null);
        if (dev is not null)
            return new PromptFiles(options with { Dev = dev }, null);
        if (Named(folder, "test") is not null || Named(folder, OwnPaths.DevNames) is not null)
            return given;
        var above = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        return above is not null && Named(above, "test") is { } test ? new PromptFiles(options with { Dev = test }, test) : given;
    }

    /// <summary>The file of the first of some names, with the ending of a table; null for none.</summary>
    private static string? Named(string folder, params IReadOnlyList<string> names) => names.SelectMany(name =>
        Directory.EnumerateFiles(folder, name + ".*").Where(file => TableStream.FormatOf(file) is not null).Order(StringComparer.Ordinal))
        .FirstOrDefault();
}
