using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Peft.Models;
using Peft.Data;
using Peft.Models.StateDicts;
using Peft.Experiments;
using Peft.Training;

namespace Peft.Cli;

/// <summary>Prints a failure as one line, and chooses the exit code: wrong usage, or another failure.</summary>
internal static partial class FailureReport
{
    private const int Longest = 2000, Start = 1200, End = 400;

    public static int Print(Exception problem)
    {
        Console.Error.WriteLine($"peft: {Cut(ControlCharacters.EscapeLine(Text(problem)))}");
        return problem is TrainingOptionsException or MethodOptionException or UnknownNameException or SiteSelectionException
            or UsageException or UnknownTaskException or RoutingException or MethodExpressionException or PluginFolderException
            or TokenOutOfVocabularyException or UnknownMetricException or GenerationOptionException or MissingSettingException
            or UnusedSettingException or HubNameException or HubTokenException or RunFileException or MissingPluginException
            or UnaskedDownloadException or RoutedEvaluationException or RunSoupException or StudyDataException or StudySettingsException
            ? PeftCommand.Usage
            : (problem as RunProcessException)?.Code ?? PeftCommand.Failure;
    }

    /// <summary>A message quotes files, which may hold texts of any length.</summary>
    private static string Cut(string line) => line.Length <= Longest
        ? line
        : string.Create(
            CultureInfo.InvariantCulture, $"{line[..Start]}… ({line.Length - Start - End:N0} characters left out) …{line[^End..]}");

    private static string Text(Exception problem)
    {
        var line = problem.Message.ReplaceLineEndings(" ").Trim();
        return problem switch
        {
            OutOfMemoryException => "out of memory; lower --batch-size or --max-length, or use --recompute-activations.",
            DllNotFoundException or TypeInitializationException =>
                $"libtorch could not be loaded: {(problem.InnerException ?? problem).Message.ReplaceLineEndings(" ")} `peft doctor` "
                    + "says more.",
            ExternalException when Asked().Match(line) is { Success: true } asked =>
                string.Create(CultureInfo.InvariantCulture, $"not enough memory: {decimal.Parse(asked.Groups[1].ValueSpan,
                    CultureInfo.InvariantCulture) / (1 << 30):F1} GiB were asked for at once; lower --batch-size or --max-length, use ")
                    + "--recompute-activations, or check the sizes in config.json.",
            ExternalException when line.Contains("out of memory", StringComparison.OrdinalIgnoreCase) =>
                $"out of memory; lower --batch-size or --max-length, or use --recompute-activations ({line}).",
            _ when problem.GetType().Namespace?.StartsWith("Peft", StringComparison.Ordinal) == true
                || problem is IOException or UnauthorizedAccessException => line,
            _ => $"{line} ({problem.GetType().Name}; PEFT_DEBUG=1 shows where).",
        };
    }

    /// <summary>What libtorch's allocator says.</summary>
    [GeneratedRegex("tried to allocate ([0-9]+) bytes")]
    private static partial Regex Asked();
}

/// <summary>A command was called with arguments that do not fit together.</summary>
/// <param name="message">What was expected.</param>
internal sealed class UsageException(string message) : Exception(message);
