using Peft.Data;
using Peft.Training;

namespace Peft.Experiments;

/// <summary>A run of a study: a row, a column and a seed.</summary>
/// <param name="Row">The method.</param>
/// <param name="Column">The task.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Folder">The folder of the result.</param>
/// <param name="Options">The run's options; null for a cell that is open.</param>
/// <param name="Open">Why the cell cannot be run; null for one that can.</param>
internal sealed record StudyCell(StudyRow Row, StudyColumn Column, int Seed, string Folder, TrainingOptions? Options, string? Open)
{
    /// <summary>Everything that a result depends on, by name.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>The name of the cell in messages.</summary>
    public string Title => $"{Row.Name}, {Column.Name}, seed {Seed}";
}

/// <summary>The runs of a study at a scale.</summary>
/// <param name="Study">The study.</param>
/// <param name="Request">What the user wants.</param>
/// <param name="Cells">The cells, row by row. Rows that show several evaluations of one training run share its cells.</param>
internal sealed record StudyPlan(Study Study, StudyRequest Request, IReadOnlyList<StudyCell> Cells)
{
    /// <summary>Options that do not change a result, or only its last bits.</summary>
    private static readonly string[] s_free = ["threads", "device", "output"];

    /// <summary>The study's folder.</summary>
    public string Folder => FolderOf(Study, Request);

    /// <summary>The study's folder.</summary>
    /// <param name="study">The study.</param>
    /// <param name="request">Names the folder of all studies.</param>
    public static string FolderOf(Study study, StudyRequest request) => Path.Combine(request.Output, study.Name);

    /// <summary>Plans a study.</summary>
    /// <param name="study">The study.</param>
    /// <param name="request">What the user wants.</param>
    /// <exception cref="StudyDataException">A data set is missing.</exception>
    /// <exception cref="UnknownNameException">A column or row is unknown.</exception>
    /// <exception cref="TrainingOptionsException">An option is not allowed.</exception>
    public static StudyPlan Create(Study study, StudyRequest request)
    {
        CheckNames("column", request.Columns, study.Columns.Select(column => column.Name));
        CheckNames("row", request.Rows, study.Rows.Select(row => row.Key));
        var cells = new List<StudyCell>();
        var seeds = request.Seeds.Count > 0 ? request.Seeds : ScaleOptions.Seeds(study, request.Scale);
        var columns = Columns(study, request).ToList();
        foreach (var row in study.Rows.Where(
            row => request.Rows.Count == 0 || request.Rows.Contains(row.Key, StringComparer.OrdinalIgnoreCase)))
        {
            foreach (var column in columns)
                cells.AddRange(seeds.Select(seed => Cell(study, row, column, seed, request)));
        }

        return new StudyPlan(study, request, cells.DistinctBy(cell => cell.Folder).ToList());
    }

    /// <summary>The columns that are run. Without data, all columns would be the same generated task, so only the first is run.</summary>
    private static IEnumerable<StudyColumn> Columns(Study study, StudyRequest request) => study.Columns
        .Where(column => request.Columns.Count == 0 || request.Columns.Contains(column.Name, StringComparer.OrdinalIgnoreCase))
        .DistinctBy(column => IsGenerated(request) ? "" : column.Name);

    private static bool IsGenerated(StudyRequest request) => request is { Scale: StudyScale.Smoke, Data: null };

    private static StudyCell Cell(Study study, StudyRow row, StudyColumn column, int seed, StudyRequest request)
    {
        var place = RunOf(study, row).Key;
        var folder = Path.Combine(FolderOf(study, request), place, column.Name, $"seed-{seed}");
        var open = row.Backbone is { } own && (request.Scale != StudyScale.Paper || request.Backbone is not null)
            ? $"has a backbone of its own, {own}, at the scale paper"
            : null;
        if (open is not null)
            return new StudyCell(row, column, seed, folder, null, open);
        var options = Options(study, row, column, seed, request);
        return new StudyCell(row, column, seed, folder, options, null) { Settings = Describe(study, options, request) };
    }

    /// <summary>The row whose training run a row shows: the first with the same settings.</summary>
    /// <param name="study">The study.</param>
    /// <param name="row">One of its rows.</param>
    public static StudyRow RunOf(Study study, StudyRow row) => study.Rows.First(other => IsSameRun(other, row));

    /// <summary>Whether two rows show one training run.</summary>
    private static bool IsSameRun(StudyRow one, StudyRow other) => one == other
        || ((one.Task, one.Method, one.Preset, one.Backbone, one.Length) == (
            other.Task, other.Method, other.Preset, other.Backbone, other.Length)
        && Equal(one.Set, other.Set) && Equal(one.Options, other.Options) && Equal(one.PaperOptions, other.PaperOptions));

    private static bool Equal(Dictionary<string, string> one, Dictionary<string, string> other) =>
        one.Count == other.Count && one.All(pair => other.GetValueOrDefault(pair.Key) == pair.Value);

    private static TrainingOptions Options(Study study, StudyRow row, StudyColumn column, int seed, StudyRequest request)
    {
        var (scale, isGeneration) = (request.Scale, GenerationTasks.Has(column.Task));
        var task = !IsGenerated(request) ? row.Task ?? column.Task : isGeneration ? VenueTask.Name : TaskSource.BuiltIn;
        var options = row.Preset is null ? new TrainingOptions() : Presets.Find(row.Preset).Options(task);
        var pairs = ScaleOptions.Shared(study, scale);
        if (scale == StudyScale.Paper)
            pairs = pairs.Concat(column.PaperOptions).Concat(row.PaperOptions);
        if (scale != StudyScale.Smoke)
            pairs = pairs.Concat(row.Options);
        foreach (var (name, value) in pairs.Concat(ScaleOptions.Last(study, scale)))
            options = RunOption.Find(name)!.With(options, value);
        var files = IsGenerated(request) || request.IsWithoutData ? null : StudyFiles.Find(request.Data, column, seed);
        var set = row.Preset is not null && row.Method.Length > 0
            ? row.Set // another method than the preset's, whose options it does not have
            : options.Settings.Concat(row.Set).GroupBy(pair => pair.Key).ToDictionary(group => group.Key, group => group.Last().Value);
        options = options with
        {
            Task = task,
            Data = files?.Data,
            Dev = files?.Dev,
            Prompt = files is null ? null : column.Prompt,
            Backbone = request.Backbone ?? Backbone(study, row, scale, isGeneration),
            Method = row.Method.Length > 0 ? row.Method : options.Method,
            Settings = set,
            Seed = seed,
            Threads = request.Threads,
            Device = request.Device,
        };
        var length = scale == StudyScale.Smoke ? 1 : row.Length;
        options = options with { Epochs = options.Epochs * length, MaxSteps = options.MaxSteps * length };
        TrainingOptionsCheck.Check(options);
        return options;
    }

    private static string Backbone(Study study, StudyRow row, StudyScale scale, bool isGeneration) => scale switch
    {
        StudyScale.Paper => row.Backbone ?? study.Backbone,
        _ when isGeneration => BackboneSource.BuiltInDecoder,
        StudyScale.Small => BackboneSource.Default,
        _ => BackboneSource.BuiltIn,
    };

    private static Dictionary<string, string> Describe(Study study, TrainingOptions options, StudyRequest request)
    {
        var settings = new Dictionary<string, string>
        {
            ["scale"] = request.Scale.ToString().ToLowerInvariant(),
            ["evaluations"] = string.Join(',', study.Evaluations),
            ["draws"] = $"{Draws(study, request.Scale)}",
        };
        foreach (var option in RunOption.All.Where(option => !option.IsFreeOnResume && !s_free.Contains(option.Name)))
        {
            if (option.Text(options) is { } text)
                settings[option.Name] = IsPath(option) ? Portable(text, request) : text;
        }

        foreach (var (name, value) in options.Settings)
            settings[name] = value;
        return settings;
    }

    private static bool IsPath(RunOption option) => option.Key is nameof(TrainingOptions.Data) or nameof(TrainingOptions.Dev);

    /// <summary>The settings of a run with paths within the folder of the data.</summary>
    public TrainingOptions Portable(TrainingOptions options) => options with
    {
        Data = options.Data is { } data ? Portable(data, Request) : null,
        Dev = options.Dev is { } dev ? Portable(dev, Request) : null,
    };

    /// <summary>The result of a run with paths within the folder of the data.</summary>
    public RunResult Portable(RunResult result) => result with
    {
        Settings = Portable(result.Settings), Files = [.. result.Files.Select(file => Portable(file, Request))],
    };

    /// <summary>A path within the folder of the data, so that results are continued where the data are elsewhere.</summary>
    private static string Portable(string path, StudyRequest request) =>
        request.Data is { } root ? Path.GetRelativePath(root, path).Replace(Path.DirectorySeparatorChar, '/') : path;

    /// <summary>How many random draws there are.</summary>
    public int Draws() => Draws(Study, Request.Scale);

    private static int Draws(Study study, StudyScale scale) => scale == StudyScale.Smoke ? Math.Min(2, study.Draws) : study.Draws;

    private static void CheckNames(string what, IReadOnlyList<string> given, IEnumerable<string> known)
    {
        var names = known.ToList();
        if (given.FirstOrDefault(name => !names.Contains(name, StringComparer.OrdinalIgnoreCase)) is { } unknown)
            throw new UnknownNameException(what, unknown, names);
    }
}
