using System.Globalization;
using Peft.Data;

namespace Peft.Training;

/// <summary>Checks a user's files without training.</summary>
/// <param name="task">The task.</param>
internal sealed class DataChecker(ICheckedTask task)
{
    private const int Shown = 3, MostBins = 10, LongTokens = 512;

    /// <summary>Reads the files and checks them.</summary>
    /// <exception cref="TaskException">A file is missing, is no table, or has no such column.</exception>
    /// <exception cref="TrainingOptionsException">A setting is not allowed.</exception>
    public DataCheck Check()
    {
        var paths = task.Files;
        if (paths.All.Any(OwnPaths.IsInput))
            throw new TrainingOptionsException("data", "standard input cannot be checked, because it can be read once; give a file");
        (string Part, IReadOnlyList<string>? Files)[] parts = [("train", paths.Train), ("dev", paths.Dev), ("test", paths.Test)];
        var files = parts.SelectMany(part => part.Files ?? [], (part, file) => (part.Part, Examples: task.Read(file))).ToList();
        var (problem, notices) = Try();
        var all = files.SelectMany(file => file.Examples.Rows).ToList();
        return new DataCheck
        {
            Files =
            [
                .. files.Select(file => new CheckedFile(
                    file.Examples.File, file.Part, file.Examples.Rows.Count, file.Examples.Skipped?.Count ?? 0)),
            ],
            Columns = files[0].Examples.Columns,
            Parts = files[0].Examples.Parts,
            LabelUnit = task.LabelUnit,
            Labels =
            [
                .. all.SelectMany(row => row.Labels).CountBy(label => label).OrderByDescending(pair => pair.Value)
                    .ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new LabelCount(pair.Key, pair.Value)),
            ],
            Lengths = all.Count == 0 ? null : Measure([.. all.Select(task.CountTokens)]),
            Duplicates = files.Sum(file => file.Examples.Rows.Count - file.Examples.Rows.Select(RepeatedTexts.Normalise).Distinct(
                ).Count()),
            Shared = [.. files.Skip(1).Select(other => Shared(files[0].Examples, other.Examples)).Where(shared => shared.Rows > 0)],
            Suspicious = [.. files.SelectMany(file => Suspicious(file.Examples)), .. SimilarLabels(all, task.LabelUnit)],
            Prompt = task.CheckPrompt(all),
            Notices = notices,
            Problem = problem,
        };
    }

    /// <summary>Reads as training does.</summary>
    private (string? Problem, IReadOnlyList<string> Notices) Try()
    {
        try
        {
            return (null, task.Load());
        }
        catch (Exception problem) when (problem is TaskException or TrainingOptionsException)
        {
            return (problem.Message.ReplaceLineEndings(" "), []);
        }
    }

    private static TokenLengths Measure(int[] lengths)
    {
        Array.Sort(lengths);
        var (longest, width) = (lengths[^1], Math.Max(1, (lengths[^1] + MostBins - 1) / MostBins));
        int[] steps = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];
        width = steps.FirstOrDefault(step => step >= width, width);
        var bins = lengths.CountBy(length => (length - 1) / width).ToDictionary();
        return new TokenLengths(
            lengths[(lengths.Length - 1) / 2], Math.Min(longest, TextLimit.Fitting(lengths)), longest,
            [
                .. Enumerable.Range(0, ((longest - 1) / width) + 1)
                    .Select(bin => new LengthBin((bin * width) + 1, (bin + 1) * width, bins.GetValueOrDefault(bin))),
            ]);
    }

    private static SharedTexts Shared(CheckedRows train, CheckedRows other)
    {
        var found = RepeatedTexts.Find(train.Rows, other.Rows);
        return new SharedTexts(
            train.File, other.File, found.Count, found.Row is null ? "" : $"'{Excerpt.Line(found.Text)}' ({other.Place(found.Row)})");
    }

    private IEnumerable<Suspicion> Suspicious(CheckedRows examples)
    {
        if (examples.Skipped is { } skipped)
            yield return new Suspicion("rows that cannot be used", skipped.Count, [.. examples.Problems.Take(Shown)]);
        var longOnes = examples.Rows.Where(row => task.HasLongTexts && row.Text.Length + (row.Pair?.Length ?? 0) > LongTokens
            && task.CountTokens(row) > LongTokens).ToList();
        if (longOnes.Count > 0)
            yield return new Suspicion(
                string.Create(CultureInfo.InvariantCulture, $"texts of more than {LongTokens} tokens"), longOnes.Count,
                [.. longOnes.Take(Shown).Select(row => string.Create(
                    CultureInfo.InvariantCulture, $"{examples.Place(row)}: {task.CountTokens(row):N0} tokens"))]);
        var conflicts = examples.Rows.GroupBy(RepeatedTexts.Normalise)
            .Where(same => same.Select(row => string.Join('\n', row.Labels.Order(StringComparer.Ordinal)) + row.Target.ToString(
                CultureInfo.InvariantCulture)).Distinct().Count() > 1).ToList();
        if (conflicts.Count > 0)
            yield return new Suspicion("texts with different labels", conflicts.Count, [.. conflicts.Take(Shown).Select(same =>
                $"'{Excerpt.Line(same.First().Text)}': " + string.Join(", ", same.Take(Shown).Select(row =>
                    $"{(row.Labels.Count > 0 ? string.Join(' ', row.Labels) : row.Target.ToString(CultureInfo.InvariantCulture))} "
                    + $"({examples.Unit} {row.Number})")))]);
    }

    /// <summary>Labels that differ only by case, blanks or punctuation.</summary>
    private static IEnumerable<Suspicion> SimilarLabels(IReadOnlyList<TableExample> rows, string unit)
    {
        var similar = rows.SelectMany(row => row.Labels).CountBy(label => label)
            .GroupBy(pair => new string([.. pair.Key.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant)]))
            .Where(same => same.Key.Length > 0 && same.Count() > 1).ToList();
        if (similar.Count > 0)
            yield return new Suspicion("labels that differ only by case, blanks or punctuation", similar.Count,
                [.. similar.Take(Shown).Select(
                same => string.Join(", ", same.Select(pair => string.Create(
                    CultureInfo.InvariantCulture, $"'{Excerpt.Line(pair.Key)}' ({pair.Value:N0} {unit})"))))]);
    }
}
