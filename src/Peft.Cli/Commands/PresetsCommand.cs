using System.CommandLine;
using Peft.Cli.Output;
using Peft.Training;

namespace Peft.Cli.Commands;

/// <summary><c>peft presets</c>: settings by name, with the source of each value.</summary>
internal static class PresetsCommand
{
    public static Command Create()
    {
        var name = new Argument<string?>("preset") { Description = "one preset, in detail", Arity = ArgumentArity.ZeroOrOne };
        var task = new Option<string?>("--task") { Description = "the values for this task [default: every task's]", HelpName = "TASK" };
        var json = CommonOptions.Json();
        var command = new Command(
            "presets",
            "List settings by name: the hyper-parameters of AdaMix and its baselines, with the source of each value.\n\nExamples:\n"
                + "  peft presets\n  peft presets bert-base-adamix\n  peft presets roberta-large-lora --task rte\n"
                + "  peft train --preset bert-base-adamix --task rte --data glue/RTE")
        {
            name, task, json,
        };
        command.SetAction(PeftCommand.GuardWithoutTorch((parsed, _) =>
        {
            var (chosen, one) = (parsed.GetValue(name), parsed.GetValue(task));
            if (chosen is null && one is not null)
                throw new UsageException("--task: needs a preset's name.");
            if (chosen is null)
                List(parsed.GetValue(json));
            else
                Print(Presets.Find(chosen), one, parsed.GetValue(json));
            return PeftCommand.Success;
        }));
        return command;
    }

    /// <summary>Prints values of a preset with their sources.</summary>
    public static void PrintValues(IReadOnlyList<PresetValue> values)
    {
        ResultTables.Print(
            [new Column("option"), new Column("value", Shortest: 8), new Column("source"), new Column("note", Shortest: 12)],
            [.. values.Select(value => (string[])[value.Option, value.Value, value.Source, value.Note ?? ""])]);
        PrintSources(values);
    }

    private static void PrintSources(IEnumerable<PresetValue> values)
    {
        var used = values.Select(value => value.Source).ToHashSet();
        foreach (var source in Presets.Sources.Where(source => used.Contains(source.Key)))
            ResultTables.PrintLine($"{source.Key}: {source.Value}", 2);
    }

    private static void List(bool json)
    {
        if (json)
        {
            JsonOutput.Print(Presets.All.Select(preset => new { preset.Name, preset.Summary, preset.Tunable }));
            return;
        }

        ResultTables.Print(
            [new Column("preset", Shortest: 20), new Column("tunable", IsNumber: true), new Column("what it is", Shortest: 20)],
            [.. Presets.All.Select(preset => (string[])[preset.Name, preset.Tunable, preset.Summary])]);
        ResultTables.PrintLine("tunable: as the paper's tables print it; `peft presets NAME` shows the values with their sources");
    }

    private static void Print(Preset preset, string? task, bool json)
    {
        var values = task is null ? preset.Values : preset.ValuesFor(task);
        if (json)
        {
            JsonOutput.Print(new { preset.Name, preset.Summary, preset.Tunable, Task = task, Values = values,
                Tasks = task is null ? preset.Tasks : null });
            return;
        }

        ResultTables.PrintLine($"{preset.Name}: {preset.Summary}; {preset.Tunable} tunable parameters");
        PrintValues(values);
        if (task is not null || preset.Tasks.Count == 0)
            return;
        PrintTasks(preset);
        PrintSources(preset.Tasks.Values.SelectMany(own => own).Where(value => !values.Any(one => one.Source == value.Source)));
    }

    private static void PrintTasks(Preset preset)
    {
        string[] options = [.. preset.Tasks.Values.SelectMany(own => own).Select(value => value.Option).Distinct()];
        ResultTables.Print(
            [new Column("task"), .. options.Select(option => new Column(option, Shortest: 10))],
            [
                .. preset.Tasks.Select(pair => (string[])
                [
                    pair.Key, .. options.Select(option => preset.ValuesFor(pair.Key).FirstOrDefault(value => value.Option == option)
                        is { } found ? $"{found.Value} ({found.Source})" : ""),
                ]),
            ]);
    }
}
