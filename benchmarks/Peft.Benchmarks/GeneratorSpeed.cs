using System.Diagnostics;
using System.Globalization;
using BenchmarkDotNet.Attributes;

namespace Peft.Benchmarks;

/// <summary>The generators over a project of 200 methods: cold, and after an edit that concerns none of them.</summary>
public class GeneratorSpeed
{
    private readonly ManyMethods _methods = new();

    /// <summary>
    /// Prints the first run of this process and medians of later ones; the processor time says what a busy machine hides.
    /// </summary>
    public static int Run()
    {
        var methods = new ManyMethods();
        Repeat("first cold run of the process", methods.RunCold, 1);
        Repeat("cold run", methods.RunCold, 20);
        Repeat("parsing and declarations alone", methods.RunParsingAlone, 20);
        methods.RunCold();
        Repeat("unrelated edit", methods.RunUnrelatedEdit, 200);
        return 0;
    }

    [GlobalSetup]
    public void Setup() => _methods.RunCold();

    [Benchmark]
    public void Cold() => _methods.RunCold();

    [Benchmark]
    public void UnrelatedEdit() => _methods.RunUnrelatedEdit();

    private static void Repeat(string what, Action action, int times)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var walls = Enumerable.Range(0, times).Select(_ => Time(action)).Order().ToList();
        process.Refresh();
        var processor = (process.TotalProcessorTime - before).TotalMilliseconds / times;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {walls[times / 2]:F1} ms (median of {times}; {walls[0]:F1} to {walls[^1]:F1}); processor time of all threads "
                + $"{processor:F1} ms each"));
    }

    private static double Time(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalMilliseconds;
    }
}
