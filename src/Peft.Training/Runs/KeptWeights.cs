using System.Globalization;

namespace Peft.Training;

/// <summary>Which weights a run kept, as tables and pages show it.</summary>
internal static class KeptWeights
{
    /// <summary>The row of a run's result: the selected epoch, or the last step of a cancelled run.</summary>
    /// <param name="result">The result.</param>
    public static (string Name, string Text) Describe(RunResult result)
    {
        var last = result.Epochs.Count == 0 ? 0 : result.Epochs[^1].Epoch; // with --evaluate-every, not every epoch has metrics
        return result is { Cancelled: true, SelectedEpoch: 0 }
            ? ("kept step", string.Create(CultureInfo.InvariantCulture, $"{result.Steps}, the last one"))
            : ("kept epoch", string.Create(CultureInfo.InvariantCulture, $"{result.SelectedEpoch} of {last}"));
    }
}
