using System.Text.Json;
using Peft.Hosting;
using Peft.Training;

namespace Peft.Server.Pages.Start;

/// <summary>The options of a run that is to be started, as a form: what a user gave, and what is wrong with it.</summary>
internal sealed class StartForm
{
    /// <summary>Each section begins with an option, in the order in which <see cref="TrainingOptions"/> declares them.</summary>
    private static readonly (string Title, string First)[] s_sections =
    [
        ("Model and task", "backbone"), ("Data", "data"), ("Epoch selection and classes", "class-weights"),
        ("Prompts and completions", "score"), ("Method", "method"), ("Length and batches", "epochs"), ("Optimiser", "learning-rate"),
        ("Rows and sequences", "max-length"), ("Computation", "seed"), ("Snapshots and errors", "snapshot-every"),
    ];

    private readonly Dictionary<string, string> _given = [];

    /// <summary>Every option that clients can give, by section.</summary>
    public static IReadOnlyList<(string Title, IReadOnlyList<RunOption> Options)> Sections { get; } = Group();

    /// <summary>The job's name; empty for one that the server makes.</summary>
    public string Name { get; set; } = "";

    /// <summary>The job's priority.</summary>
    public int Priority { get; set; }

    /// <summary>Options of methods, one on each line: <c>lora.rank=8</c>.</summary>
    public string MethodOptions { get; set; } = "";

    /// <summary>The option that is wrong; null if none is, or the form as a whole.</summary>
    public string? WrongOption { get; private set; }

    /// <summary>What is wrong; null if nothing is known to be.</summary>
    public string? Problem { get; private set; }

    /// <summary>What was given for an option; empty for the default.</summary>
    public string this[string option]
    {
        get => _given.GetValueOrDefault(option, "");
        set => _given[option] = value;
    }

    /// <summary>Submits the job.</summary>
    /// <returns>The job; null if something is wrong, which <see cref="Problem"/> then says.</returns>
    public async Task<FineTuningJob?> SubmitAsync(PageServices services)
    {
        (WrongOption, Problem) = (null, null);
        try
        {
            var options = RemoteOptions.Read(Read(), services.Options);
            return await services.Jobs!.SubmitAsync(new FineTuningJobRequest(options)
            {
                Name = Name.Trim() is { Length: > 0 } name ? name : null, Priority = Priority,
            });
        }
        catch (Exception problem)
        {
            (WrongOption, Problem) = ((problem as TrainingOptionsException)?.Option ?? NamedIn(problem), services.Sentence(problem));
            return null;
        }
    }

    /// <summary>The options as clients of the API give them.</summary>
    /// <exception cref="RequestProblemException">A line of the options of methods is malformed.</exception>
    internal Dictionary<string, JsonElement> Read()
    {
        var options = _given.Where(pair => pair.Value.Trim().Length > 0)
            .ToDictionary(pair => pair.Key, pair => JsonSerializer.SerializeToElement(pair.Value.Trim()));
        var lines = MethodOptions.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (lines.Length > 0)
            options["set"] = JsonSerializer.SerializeToElement(lines.Select(Setting).DistinctBy(pair => pair.Key).ToDictionary());
        return options;
    }

    private static KeyValuePair<string, string> Setting(string line) => line.Split('=', 2, StringSplitOptions.TrimEntries) is
        [{ Length: > 0 } name, { Length: > 0 } value]
        ? new(name, value)
        : throw new RequestProblemException($"options.set: expected lines as name=value, found '{line}'.");

    /// <summary>The option in a sentence such as <c>options.backbone: ...</c>.</summary>
    private static string? NamedIn(Exception problem) =>
        problem is RequestProblemException && problem.Message.Split(':')[0].Split('.') is ["options", var option, ..] ? option : null;

    private static List<(string Title, IReadOnlyList<RunOption> Options)> Group()
    {
        List<(string Title, IReadOnlyList<RunOption> Options)> sections = [];
        List<RunOption> current = [];
        foreach (var option in RunOption.All)
        {
            if (s_sections.FirstOrDefault(section => section.First == option.Name).Title is { } title)
                sections.Add((title, current = []));
            if (!RemoteOptions.IsOfServer(option.Name))
                current.Add(option);
        }

        return [.. sections.Where(section => section.Options.Count > 0)];
    }
}
