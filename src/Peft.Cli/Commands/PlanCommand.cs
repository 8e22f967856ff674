using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Peft.Models;
using Peft.Cli.Output;
using Peft.Training;

namespace Peft.Cli.Commands;

/// <summary><c>peft plan</c>: which modules get what, with parameter counts, before anything is trained. Reads no weights.</summary>
internal static class PlanCommand
{
    public static Command Create()
    {
        var method = new Option<string?>("--method") { Description = "the method, as for train [default: the preset's]" };
        var preset = new Option<string?>("--preset")
        {
            Description = "settings by name, as for train, whose values are listed with their sources", HelpName = "NAME",
        };
        var task = new Option<string?>("--task") { Description = "of --preset: the task", HelpName = "TASK" };
        var backbone = new Option<string?>("--backbone")
        {
            Description = "'minilm', 'builtin', 'builtin-gpt2', or a folder with config.json [default: the preset's, else minilm]",
        };
        var set = new Option<string[]>("--set")
        {
            Description = "a method's option, as lora.rank=8", AllowMultipleArgumentsPerToken = false,
        };
        var json = CommonOptions.Json();
        var command = new Command(
            "plan",
            "Show which modules a method acts on and what it trains there.\n\nExamples:\n"
            + "  peft plan --method lora --set lora.targets=all-linear --set lora.layers=2-3\n"
            + "  peft plan --method \"adamix(unipelt)\" --backbone bert-base-uncased\n"
            + "  peft plan --preset bert-base-adamix --task rte\n"
            + "  peft plan --method lora --set \"lora.targets=re:.*layer\\.[01]\\..*(query|value)\" --set lora.rank@query=4")
        {
            method, preset, task, backbone, set, json,
        };
        command.SetAction(PeftCommand.Guard((parsed, cancellation) =>
        {
            var named = parsed.GetValue(preset) is { } name ? Presets.Find(name) : null;
            if (named is null && parsed.GetValue(task) is not null)
                throw new UsageException("--task: needs --preset, whose values differ by task.");
            var values = named?.ValuesFor(parsed.GetValue(task) ?? TaskSource.Automatic);
            var plan = Plan.Create(
                CommonOptions.ReadPlugins(parsed), Options(named, parsed.GetValue(task), parsed.GetValue(method)),
                parsed.GetValue(backbone), TrainingArguments.ReadSettings(parsed.GetValue(set) ?? []), cancellation);
            if (parsed.GetValue(json))
                JsonOutput.Print(plan with { Preset = values });
            else
                Print(plan);
            if (values is not null && !parsed.GetValue(json))
                PresetsCommand.PrintValues(values);
            return PeftCommand.Success;
        }));
        return command;
    }

    /// <summary>The preset's options with a method in place of its own; without a preset, the method alone.</summary>
    private static TrainingOptions Options(Preset? preset, string? task, string? method) => (preset, method) switch
    {
        (null, null) => throw new UsageException("--method: is missing; name a method, or a --preset."),
        (null, _) => new TrainingOptions { Method = method },
        _ => TrainingArguments.WithMethod(preset.Options(task ?? TaskSource.Automatic), method) is var options && method is not null
            ? options with { Method = method } : options,
    };

    private static void Print(Plan plan)
    {
        ResultTables.Print(
            [
                new Column("module", Shortest: 12), new Column("site"), new Column("method"), new Column("options set", Shortest: 11),
                new Column("trained", IsNumber: true), new Column("merged", IsNumber: true),
            ],
            [.. plan.Places.Select(place => (string[])
            [
                place.Module,
                place.Site.ToString(),
                place.Method,
                string.Join(' ', place.Changed.Select(option => string.Create(CultureInfo.InvariantCulture, $"{option.Key}={option.Value}")
                    .ToLowerInvariant())),
                Count(place.Trained),
                Count(place.Merged),
            ])]);
        ResultTables.PrintLine(
            $"{plan.Method} on {plan.Backbone}: {plan.Places.Count} places; {Count(plan.Parameters.Trained)} elements trained, "
                + $"{Count(plan.Parameters.Tunable)} at inference "
            + string.Create(CultureInfo.InvariantCulture, $"({100.0 * plan.Parameters.Tunable / plan.Parameters.Backbone:F2}% of "
                + $"{plan.Parameters.Backbone:N0}); ")
            + $"the head's {Count(plan.Parameters.Head)} are not counted");
        ResultTables.PrintLine($"weight decay: {Groups(plan.Decay, isDecayed: true)}; none: {Groups(plan.Decay, isDecayed: false)}");
        if (plan.Routed.Count + plan.Shared.Count > 0)
            ResultTables.PrintLine($"groups: routed {Names(plan.Routed)}; shared by all experts {Names(plan.Shared)}");
        foreach (var notice in plan.Notices)
            CommonOptions.Note(notice);
    }

    /// <summary>Groups as "73 matrices (1,234)": the number of tensors and, in parentheses, of elements.</summary>
    private static string Groups(IReadOnlyList<DecayGroup> groups, bool isDecayed)
    {
        var chosen = groups.Where(group => group.IsDecayed == isDecayed).ToList();
        return chosen.Count == 0
            ? "nothing"
            : string.Join(", ", chosen.Select(group => $"{group.Tensors} {Noun(group)} ({Count(group.Elements)})"));
    }

    private static string Noun(DecayGroup group) => (group.Kind, group.Tensors) switch
    {
        (ParameterKind.Matrix, 1) => "matrix",
        (ParameterKind.Matrix, _) => "matrices",
        (var kind, 1) => kind.ToString().ToLowerInvariant(),
        (var kind, _) => kind.ToString().ToLowerInvariant() + "s",
    };

    private static string Names(IReadOnlyList<string> groups) => groups.Count == 0 ? "none" : string.Join(", ", groups);

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>What is shown.</summary>
    private sealed record Plan(
        string Method, string Backbone, IReadOnlyList<AdapterPlace> Places, ParameterCounts Parameters, IReadOnlyList<string> Routed,
        IReadOnlyList<string> Shared, IReadOnlyList<DecayGroup> Decay, IReadOnlyList<string> Notices)
    {
        /// <summary>The values of the preset; null without one.</summary>
        public IReadOnlyList<PresetValue>? Preset { get; init; }

        public static Plan Create(
            IReadOnlyList<string> plugins, TrainingOptions options, string? backbone, IReadOnlyDictionary<string, string> given,
            CancellationToken cancellation)
        {
            using var host = Composition.Host(plugins, cancellation);
            var settings = options.Settings.Concat(given).GroupBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase)
                .ToDictionary(same => same.Key, same => same.Last().Value, StringComparer.OrdinalIgnoreCase);
            var spec = MethodExpression.Parse(host.Services.GetRequiredService<MethodRegistry>(), options.Method, settings);
            MethodExpression.CheckUsed([spec], settings);
            var families = host.Services.GetRequiredService<BackboneRegistry>();
            backbone ??= options.Backbone;
            var folder = BackboneSource.Folder(backbone, CommonOptions.Note, cancellation);
            using var model = AdapterBackbone.Shapes(families, folder);
            model.UseTokenizer(text => BackboneSource.TokensOf(BackboneSource.Tokenizer(families, folder, model.Backbone), text));
            var adapter = model.Attach(spec, seed: 0);
            return new Plan(
                spec.Expression, backbone, AdapterPlaces.List(adapter), ParameterCounter.Count(model), spec.RoutedGroups, spec.SharedGroups,
                DecayGroup.Count(model, options), spec.Notices);
        }
    }
}
