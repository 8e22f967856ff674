using System.CommandLine;
using Peft.Training;

namespace Peft.Cli.Commands;

/// <summary>
/// The options of a run on the command line: one for each <see cref="RunOption"/>, a preset, a run file and options of methods.
/// </summary>
internal sealed class TrainingArguments
{
    private readonly Option<string?> _preset = new("--preset")
    {
        Description = "settings by name (`peft presets` lists them), which other options replace one by one",
        HelpName = "NAME",
    };

    private readonly Option<string?> _config = new("--config")
    {
        Description = "a YAML file of these options (`peft train --write-config` prints one); options on the command line override it",
        HelpName = "FILE",
    };

    private readonly Option<bool> _allowDownload = CommonOptions.AllowDownload();

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "a method's option, as lora.rank=8 or adamix.experts=4; repeat for more",
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly List<(RunOption Declared, Option Option)> _options;

    /// <param name="except">Names of options that a command does not have or reads in its own way.</param>
    public TrainingArguments(params string[] except) =>
        _options = [.. RunOption.All.Where(option => !except.Contains(option.Name)).Select(option => (option, Create(option)))];

    public void AddTo(Command command)
    {
        foreach (var option in _options.Select(pair => pair.Option).Append(_allowDownload).Prepend(_set).Prepend(_config).Prepend(_preset))
            command.Options.Add(option);
    }

    /// <summary>Adds the options alone, without presets, run files and options of methods.</summary>
    public void AddOptionsTo(Command command)
    {
        foreach (var (_, option) in _options)
            command.Options.Add(option);
    }

    /// <summary>The options: defaults, replaced by the preset's, the file's and those given, in this order.</summary>
    public TrainingOptions Read(ParseResult parsed)
    {
        var given = _options.Where(pair => parsed.GetResult(pair.Option) is { Implicit: false }).ToList();
        string? Given(string name) =>
            given.Find(pair => pair.Declared.Name == name) is { Option: Option<string?> option } ? parsed.GetValue(option) : null;
        var options = new TrainingOptions();
        if (parsed.GetValue(_preset) is { } preset)
            options = WithMethod(Presets.Find(preset).Options(Given("task") ?? options.Task), Given("method"));
        if (parsed.GetValue(_config) is { } file)
            options = RunFile.Read(file, options);
        if (Given("warmup-ratio") is not null)
            options = options with { WarmupSteps = 0 }; // a preset's steps would win over the ratio
        foreach (var (declared, option) in given)
            options = declared.With(options, option is Option<string?> text ? parsed.GetValue(text)! : "true");
        var settings = options.Settings.Concat(ReadSettings(parsed.GetValue(_set) ?? []))
            .GroupBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase);
        return options with { Settings = settings.ToDictionary(
            same => same.Key, same => same.Last().Value, StringComparer.OrdinalIgnoreCase) };
    }

    /// <summary>Finds the backbone if the run file names it: what a file names is downloaded only if the user agreed.</summary>
    /// <exception cref="UnaskedDownloadException">It would have to be downloaded, and the user did not agree.</exception>
    public void CheckBackbone(ParseResult parsed, TrainingOptions options, CancellationToken cancellation)
    {
        var isTyped = _options.Exists(pair => pair.Declared.Name == "backbone" && parsed.GetResult(pair.Option) is { Implicit: false });
        if (!isTyped && parsed.GetValue(_config) is { } file)
            BackboneSource.FolderNamedBy(file, options.Backbone, parsed.GetValue(_allowDownload), CommonOptions.Note, cancellation);
    }

    internal static IReadOnlyDictionary<string, string> ReadSettings(IEnumerable<string> pairs)
    {
        var settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var pair in pairs)
        {
            var cut = pair.IndexOf('=', StringComparison.Ordinal);
            var dot = pair.IndexOf('.', StringComparison.Ordinal);
            if (cut <= 0 || dot <= 0 || dot > cut)
                throw new UsageException($"--set {pair}: expected method.option=value, as in lora.rank=8.");
            settings[pair[..cut].Trim()] = pair[(cut + 1)..].Trim();
        }

        return settings;
    }

    /// <summary>A preset with another method. The preset's values for methods that this one does not name are left out.</summary>
    internal static TrainingOptions WithMethod(TrainingOptions preset, string? method) => method is null
        ? preset
        : preset with
        {
            Settings = preset.Settings.Where(pair => method.Split('+', '(', ')')
                .Contains(pair.Key.Split('.')[0], StringComparer.OrdinalIgnoreCase)).ToDictionary(StringComparer.OrdinalIgnoreCase),
        };

    /// <summary>
    /// Values are read as text: the option itself says what it allows, with one message for the command line, files and hosts.
    /// </summary>
    private static Option Create(RunOption option) => option.IsFlag
        ? new Option<bool>("--" + option.Name) { Description = option.Help }
        : new Option<string?>("--" + option.Name) { Description = option.Help, HelpName = option.ValueName };
}
