using Peft.Data;

namespace Peft.Training;

/// <summary>Named settings of a run, each with its source.</summary>
/// <param name="Name">The name in <c>--preset</c>.</param>
/// <param name="Summary">A description in one line.</param>
/// <param name="Tunable">The number of tunable parameters that the published table prints, as 0.9M.</param>
/// <param name="Values">The values of every task, unless the task has its own.</param>
/// <param name="Tasks">The values that a task has of its own, by the task's name.</param>
public sealed record Preset(
    string Name, string Summary, string Tunable, IReadOnlyList<PresetValue> Values,
    IReadOnlyDictionary<string, IReadOnlyList<PresetValue>> Tasks)
{
    /// <summary>The values for a task.</summary>
    /// <param name="task">The task's name or alias; a task without values of its own has those of every task.</param>
    /// <returns>A value for each option that the preset sets, in the preset's order.</returns>
    public IReadOnlyList<PresetValue> ValuesFor(string task)
    {
        var name = GlueTasks.All.FirstOrDefault(known => known.IsNamed(task))?.Name ?? task;
        return Tasks.TryGetValue(name, out var own) ? PresetValue.Replace(Values, own) : Values;
    }

    /// <summary>The options of a run.</summary>
    /// <param name="task">The task.</param>
    /// <returns>The defaults, with the preset's values for the task.</returns>
    public TrainingOptions Options(string task)
    {
        var options = new TrainingOptions { Task = task };
        var settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var value in ValuesFor(task))
        {
            if (value.IsOfMethod)
                settings[value.Option] = value.Value;
            else
                options = RunOption.Find(value.Option)!.With(options, value.Value);
        }

        return options with { Settings = settings };
    }
}

/// <summary>A value of a preset.</summary>
/// <param name="Option">The option, as <c>batch-size</c> or, of a method, <c>houlsby.size</c>.</param>
/// <param name="Value">The value, as on the command line.</param>
/// <param name="Source">Where it comes from, one of <see cref="Presets.Sources"/>.</param>
/// <param name="Note">A note for the reader; null for none.</param>
public sealed record PresetValue(string Option, string Value, string Source, string? Note)
{
    internal bool IsOfMethod => Option.Contains('.', StringComparison.Ordinal);

    /// <summary>Joins values. A later value replaces an earlier one of the same option.</summary>
    internal static IReadOnlyList<PresetValue> Replace(IEnumerable<PresetValue> values, IEnumerable<PresetValue> later)
    {
        var all = values.ToList();
        foreach (var value in later)
        {
            var index = all.FindIndex(earlier => earlier.Option == value.Option);
            if (index >= 0)
                all[index] = value;
            else
                all.Add(value);
        }

        return all;
    }
}
