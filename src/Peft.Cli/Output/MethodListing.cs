using System.Globalization;

namespace Peft.Cli.Output;

/// <summary>Methods with their options, as text or for JSON.</summary>
internal static class MethodListing
{
    public static void Print(MethodRegistry registry, IReadOnlyCollection<MethodDescriptor> methods)
    {
        foreach (var method in methods)
        {
            Console.Out.WriteLine(string.Join("\n  ", Lines(registry, method)));
            if (method.Parts.Count > 0)
                Console.Out.WriteLine(
                    $"  made of: {string.Join(", ", method.Parts.Select(part => string.Join(' ', [part.Method, .. part.Options])))}");
            else if (method.DefaultSites.Count > 0)
                Console.Out.WriteLine($"  sites: {string.Join("+", method.DefaultSites)} (others: --set {method.Name}.sites=A+B of "
                    + $"{string.Join(", ", Sites.OfKind(method.Kind))})");
            foreach (var option in method.Options)
            {
                Console.Out.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"  --set {method.Name}.{option.Name}={Text(option.Default)}  {option.Description} ({option.Expected})"));
            }

            Console.Out.WriteLine();
        }

        PrintSettingsOfAll();
    }

    private static void PrintSettingsOfAll()
    {
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

    public static object Describe(MethodRegistry registry, MethodDescriptor method) => new
    {
        method.Name,
        method.Summary,
        method.Paper,
        Assembly = Origin(registry, method),
        method.Mergeable,
        Sites = method.DefaultSites,
        Options = method.Options.Select(option => new { option.Name, Default = Text(option.Default), option.Expected, option.Description }),
        Groups = method.Groups,
    };

    /// <summary>Name, summary, paper and assembly; a stranger's method may lack the middle two.</summary>
    private static IEnumerable<string> Lines(MethodRegistry registry, MethodDescriptor method) =>
        ((string?[])[method.Name, method.Summary, method.Paper, $"from {Origin(registry, method)}"]).OfType<string>()
            .Where(line => line.Length > 0);

    /// <summary>The assembly, as "Peft.Methods 0.1.0".</summary>
    private static string Origin(MethodRegistry registry, MethodDescriptor method)
    {
        var assembly = registry.OriginOf(method.Name).GetName();
        return $"{assembly.Name} {assembly.Version?.ToString(3)}";
    }

    private static string Text(object value) =>
        value is Enum ? value.ToString()!.ToLowerInvariant() : Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
