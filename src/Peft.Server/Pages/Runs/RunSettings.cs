using Peft.Training;

namespace Peft.Server.Pages.Runs;

/// <summary>The settings of a run that differ from the defaults.</summary>
internal static class RunSettings
{
    private static readonly TrainingOptions s_defaults = new();

    /// <summary>Names and values. Folders of the server are left out.</summary>
    public static IEnumerable<(string Name, string Value)> Read(TrainingOptions options, PageServices services)
    {
        foreach (var option in RunOption.All.Where(option => !RemoteOptions.IsOfServer(option.Name)))
        {
            if (option.Text(options) is { } value && value != option.Text(s_defaults))
                yield return (option.Name, Shown(value, services));
        }

        foreach (var (name, value) in options.Settings.OrderBy(setting => setting.Key, StringComparer.Ordinal))
            yield return (name, value);
    }

    private static string Shown(string value, PageServices services) => Path.IsPathRooted(value)
        ? services.Options.DataFolder is { } data && !Path.GetRelativePath(data, value).StartsWith("..", StringComparison.Ordinal)
            ? Path.GetRelativePath(data, value) : Path.GetFileName(value)
        : value;
}
