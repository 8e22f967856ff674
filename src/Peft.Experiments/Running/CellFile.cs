using System.Reflection;
using System.Text.Json;
using Peft.Data;
using Peft.Training;

namespace Peft.Experiments;

/// <summary>The state of a cell.</summary>
internal enum CellStatus
{
    /// <summary>Its folder is missing or empty.</summary>
    Missing,

    /// <summary>A folder or file that an interrupted run left.</summary>
    Broken,

    /// <summary>A result.</summary>
    Finished,
}

/// <summary>Reads and writes results of cells.</summary>
internal static class CellFile
{
    /// <summary>The file in a cell's folder.</summary>
    public const string Name = "cell.json";

    private static readonly JsonSerializerOptions s_writing = new(RunResult.Json) { WriteIndented = false };
    private static readonly JsonSerializerOptions s_reading = JsonRecord.Strict(s_writing);

    /// <summary>The version of Peft, without the commit.</summary>
    public static string Version { get; } = (typeof(RunResult).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
        ?.InformationalVersion ?? "unknown").Split('+')[0];

    /// <summary>Writes a result atomically.</summary>
    /// <param name="folder">The cell's folder.</param>
    /// <param name="result">The result.</param>
    public static void Write(string folder, CellResult result)
    {
        Directory.CreateDirectory(folder);
        AtomicFile.Write(Path.Combine(folder, Name), stream => JsonSerializer.Serialize(stream, result, s_writing));
    }

    /// <summary>Reads what a folder holds.</summary>
    /// <param name="folder">The cell's folder.</param>
    /// <returns>The status, and the result of a finished cell.</returns>
    public static (CellStatus Status, CellResult? Result) Read(string folder)
    {
        var file = Path.Combine(folder, Name);
        if (!File.Exists(file))
        {
            var isStarted = Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any();
            return (isStarted ? CellStatus.Broken : CellStatus.Missing, null);
        }

        try
        {
            return (CellStatus.Finished, JsonRecord.Read<CellResult>(File.ReadAllBytes(file), s_reading));
        }
        catch (JsonException)
        {
            return (CellStatus.Broken, null);
        }
    }

    /// <summary>Reads a planned cell.</summary>
    /// <param name="cell">The cell.</param>
    /// <returns>The status, and the result of a finished cell.</returns>
    /// <exception cref="StudySettingsException">The result is of another version or of other settings.</exception>
    public static (CellStatus Status, CellResult? Result) Read(StudyCell cell)
    {
        var read = Read(cell.Folder);
        if (read.Result is not { } result)
            return read;
        var file = Path.Combine(cell.Folder, Name);
        if (result.Format != CellResult.CurrentFormat)
            throw new StudySettingsException(file, "format", $"{result.Format}", $"{CellResult.CurrentFormat}");
        if (result.Version != Version)
            throw new StudySettingsException(file, "version of peft", result.Version, Version);
        foreach (var key in result.Settings.Keys.Union(cell.Settings.Keys).Order(StringComparer.Ordinal))
        {
            var (was, now) = (result.Settings.GetValueOrDefault(key, "not set"), cell.Settings.GetValueOrDefault(key, "not set"));
            if (was != now)
                throw new StudySettingsException(file, key, was, now);
        }

        return read;
    }
}

/// <summary>A folder holds a result of another version or of other settings.</summary>
/// <param name="file">The result's file.</param>
/// <param name="key">The setting that differs.</param>
/// <param name="was">Its value in the file.</param>
/// <param name="now">Its value now.</param>
internal sealed class StudySettingsException(string file, string key, string was, string now) : Exception(
    $"{file}: is a result with other settings: {key} was {was}, and is {now} now; name another folder with --output, or delete this one.");
