using System.Text.Json;
using Peft.Training;

namespace Peft.Cli.Output;

/// <summary>Results as JSON on standard output.</summary>
internal static class JsonOutput
{
    private static readonly JsonSerializerOptions s_lines = new(RunResult.Json) { WriteIndented = false };

    public static void Print<T>(T value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, RunResult.Json));

    /// <summary>One value on one line, for streams of values.</summary>
    public static void PrintLine<T>(T value) => Console.Out.WriteLine(Line(value));

    /// <summary>One value as one line.</summary>
    public static string Line<T>(T value) => JsonSerializer.Serialize(value, s_lines);
}
