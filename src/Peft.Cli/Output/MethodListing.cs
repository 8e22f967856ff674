using System.Globalization;

namespace Peft.Cli.Output;

/// <summary>Methods with their options, as text or for JSON.</summary>
internal static class MethodListing
{
    /// <summary>Every method, and what holds for all of them.</summary>
    public static void Print(MethodRegistry registry, IReadOnlyCollection<MethodDescriptor> methods)
    {
        foreach (var method in methods)
        {
            PrintMethod(registry, method);
            if (method.Parts.Count == 0 && method.DefaultSites.Count > 0)
                Line($"sites: {string.Join("+", method.DefaultSites)}");
            Console.Out.WriteLine();
        }

        Console.Out.WriteLine("Every method that acts at sites also takes:");
        PrintPlaces("METHOD");
        Console.Out.WriteLine("\nSeveral at once: METHOD+METHOD.\n");
        PrintMixture();
        Console.Out.WriteLine();
        ResultTables.PrintLine("`peft methods NAME` shows one method's options alone, with an example.");
    }

    /// <summary>The methods of an expression with all of their options and an example.</summary>
    /// <param name="registry">The known methods.</param>
    /// <param name="expression">The expression, as in --method.</param>
    /// <param name="methods">The methods that it names.</param>
    /// <param name="isMixture">Whether it names adamix.</param>
    public static void PrintOne(
        MethodRegistry registry, string expression, IReadOnlyCollection<MethodDescriptor> methods, bool isMixture)
    {
        foreach (var method in methods)
        {
            PrintMethod(registry, method);
            if (method.Parts.Count == 0 && method.DefaultSites.Count > 0)
            {
                Line($"sites: {string.Join("+", method.DefaultSites)} (others: --set {method.Name}.sites=A+B of "
                    + $"{string.Join(", ", Sites.OfKind(method.Kind))})");
                PrintPlaces(method.Name);
            }

            Console.Out.WriteLine();
        }

        if (isMixture)
        {
            PrintMixture();
            Console.Out.WriteLine();
        }

        Console.Out.WriteLine("Example:");
        var name = methods.Count == 0 ? $"{MixtureOptions.Name}(lora)" : expression;
        var example = $"peft train --method {NextStep.Quoted(name)}{Setting(methods, isMixture)} --output runs/first";
        foreach (var line in Words.WrapCommand(example, Terminal.OutputWidth ?? int.MaxValue))
            Console.Out.WriteLine(line);
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

    private static void PrintMethod(MethodRegistry registry, MethodDescriptor method)
    {
        Console.Out.WriteLine(method.Name);
        foreach (var line in (string?[])[method.Summary, method.Paper, $"from {Origin(registry, method)}"])
        {
            if (!string.IsNullOrEmpty(line)) // a plugin's method may lack a summary and a paper
                Line(line);
        }

        if (method.Parts.Count > 0)
            Line($"made of: {string.Join(", ", method.Parts.Select(part => string.Join(' ', [part.Method, .. part.Options])))}");
        foreach (var option in method.Options)
            Line($"--set {method.Name}.{option.Name}={Text(option.Default)}  {option.Description} ({option.Expected})");
    }

    private static void PrintPlaces(string method)
    {
        foreach (var (name, expected) in PlaceSettings.All)
            Line($"--set {method}.{name}=...  {expected}");
        Line($"--set {method}.OPTION@MODULE=value  an option of some modules alone (MODULE as in targets)");
    }

    private static void PrintMixture()
    {
        Console.Out.WriteLine($"{MixtureOptions.Name}(method)");
        Line("AdaMix (Wang et al. 2022) over any method: stochastic routing among copies, consistency, merging by averaging.");
        foreach (var (name, expected, fallback) in MixtureSettings.All)
            Line($"--set {MixtureOptions.Name}.{name}={fallback}  {expected}");
    }

    /// <summary>An option of the example: the first of a method, or the mixture's experts.</summary>
    private static string Setting(IReadOnlyCollection<MethodDescriptor> methods, bool isMixture)
    {
        if (isMixture)
            return $" --set {MixtureOptions.Name}.experts=4";
        var method = methods.FirstOrDefault(one => one.Options.Count > 0);
        var option = method?.Options.FirstOrDefault(one => Text(one.Default).Length > 0);
        return option is null ? "" : $" --set {method!.Name}.{option.Name}={Text(option.Default)}";
    }

    private static void Line(string text) => ResultTables.PrintLine("  " + text, indent: 6);

    /// <summary>The assembly, as "Peft.Methods 0.1.0".</summary>
    private static string Origin(MethodRegistry registry, MethodDescriptor method)
    {
        var assembly = registry.OriginOf(method.Name).GetName();
        return $"{assembly.Name} {assembly.Version?.ToString(3)}";
    }

    private static string Text(object value) =>
        value is Enum or bool ? value.ToString()!.ToLowerInvariant() : Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
