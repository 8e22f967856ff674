using System.Runtime.InteropServices;
using Peft.Models;
using Peft.Data;
using Peft.Models.StateDicts;
using Peft.Training;

namespace Peft.Cli;

/// <summary>One line for a failure, and whether the user's call or the world was wrong.</summary>
internal static class FailureReport
{
    public static int Print(Exception problem)
    {
        Console.Error.WriteLine($"peft: {Text(problem)}");
        return problem is TrainingOptionsException or MethodOptionException or UnknownNameException or SiteSelectionException
            or UsageException or UnknownTaskException or RoutingException or MethodExpressionException or PluginFolderException
            or TokenOutOfVocabularyException or UnknownMetricException or GenerationOptionException or MissingSettingException
            or HubNameException or HubTokenException or RunFileException or MissingPluginException or UnaskedDownloadException
            ? PeftCommand.Usage
            : PeftCommand.Failure;
    }

    private static string Text(Exception problem)
    {
        var line = problem.Message.ReplaceLineEndings(" ").Trim();
        return problem switch
        {
            OutOfMemoryException => "out of memory; lower --batch-size or --max-length, or use --recompute-activations.",
            DllNotFoundException or TypeInitializationException =>
                $"libtorch could not be loaded: {(problem.InnerException ?? problem).Message.ReplaceLineEndings(" ")} `peft doctor` "
                    + "says more.",
            ExternalException when line.Contains("out of memory", StringComparison.OrdinalIgnoreCase) =>
                $"out of memory; lower --batch-size or --max-length, or use --recompute-activations ({line}).",
            _ when problem.GetType().Namespace?.StartsWith("Peft", StringComparison.Ordinal) == true
                || problem is IOException or UnauthorizedAccessException => line,
            _ => $"{line} ({problem.GetType().Name}; PEFT_DEBUG=1 shows where).",
        };
    }
}

/// <summary>A command was called with arguments that do not fit together.</summary>
/// <param name="message">What was expected.</param>
internal sealed class UsageException(string message) : Exception(message);
