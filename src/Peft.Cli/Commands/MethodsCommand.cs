using System.CommandLine;
using System.Globalization;
using Peft.Cli.Output;

namespace Peft.Cli.Commands;

/// <summary><c>peft methods</c>: what can be named after --method, and its options.</summary>
internal static class MethodsCommand
{
    public static Command Create()
    {
        var name = new Argument<string?>("method") { Description = "one method", Arity = ArgumentArity.ZeroOrOne };
        var json = CommonOptions.Json();
        var command = new Command("methods", "List the methods and their options.\n\nExamples:\n  peft methods\n  peft methods lora") { name, json };
        command.SetAction(PeftCommand.Guard((parsed, _) =>
        {
            var registry = Composition.Registry();
            IReadOnlyCollection<MethodDescriptor> methods = parsed.GetValue(name) is { } one && one != MixtureOptions.Name
                ? [registry.Find(one)]
                : registry.Methods;
            if (parsed.GetValue(json))
                JsonOutput.Print(methods.Select(Describe));
            else
                Print(methods);
            return PeftCommand.Success;
        }));
        return command;
    }

    private static void Print(IReadOnlyCollection<MethodDescriptor> methods)
    {
        foreach (var method in methods)
        {
            Console.Out.WriteLine($"{method.Name}\n  {method.Summary}\n  {method.Paper}");
            if (method.Parts.Count > 0)
                Console.Out.WriteLine($"  made of: {string.Join(", ", method.Parts.Select(part => string.Join(' ', [part.Method, .. part.Options])))}");
            else if (method.DefaultSites.Count > 0)
                Console.Out.WriteLine($"  sites: {string.Join("+", method.DefaultSites)} (others: --set {method.Name}.sites=A+B of {string.Join(", ", Sites.Of(method.Kind))})");
            foreach (var option in method.Options)
            {
                Console.Out.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"  --set {method.Name}.{option.Name}={Text(option.Default)}  {option.Description} ({option.Expected})"));
            }

            Console.Out.WriteLine();
        }

        Console.Out.WriteLine("Every method that acts at sites also takes:");
        foreach (var (name, expected) in PlaceSettings.All)
            Console.Out.WriteLine($"  --set METHOD.{name}=...  {expected}");
        Console.Out.WriteLine("  --set METHOD.option@MODULE=value  an option of some modules alone (MODULE as in targets)\n");
        Console.Out.WriteLine("Several at once: METHOD+METHOD.\n");
        Console.Out.WriteLine(
            $"{MixtureOptions.Name}(method)\n"
            + "  AdaMix (Wang et al. 2022) over any method: stochastic routing among copies, consistency, merging by averaging.");
        foreach (var (name, expected, fallback) in MixtureSettings.All)
            Console.Out.WriteLine($"  --set {MixtureOptions.Name}.{name}={fallback}  {expected}");
    }

    private static object Describe(MethodDescriptor method) => new
    {
        method.Name,
        method.Summary,
        method.Paper,
        method.Mergeable,
        Sites = method.DefaultSites,
        Options = method.Options.Select(option => new { option.Name, Default = Text(option.Default), option.Expected, option.Description }),
        Groups = method.Groups,
    };

    private static string Text(object value) => value is Enum ? value.ToString()!.ToLowerInvariant() : Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
