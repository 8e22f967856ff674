using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Peft.Hosting;

/// <summary>
/// The options of the predictor as the configuration has them now. While a reloaded value cannot be read, the last valid ones apply: the
/// computing thread reads them, and an exception on it would end the process.
/// </summary>
internal sealed partial class CurrentPredictorOptions(
    IOptionsMonitor<PredictorOptions> monitor, ILogger<CurrentPredictorOptions> logger)
{
    private PredictorOptions? _valid;
    private string? _reported;

    /// <summary>The options.</summary>
    /// <exception cref="InvalidOperationException">They cannot be read, and never could.</exception>
    public PredictorOptions Value
    {
        get
        {
            try
            {
                var current = monitor.CurrentValue;
                (_valid, _reported) = (current, null);
                return current;
            }
            catch (Exception problem) when (_valid is { } valid)
            {
                if (Interlocked.Exchange(ref _reported, problem.Message) != problem.Message)
                    Invalid(logger, problem.Message);
                return valid;
            }
        }
    }

    [LoggerMessage(8, LogLevel.Warning, "The options of the predictor cannot be read, so the last valid ones apply: {Problem}")]
    private static partial void Invalid(ILogger logger, string problem);
}
