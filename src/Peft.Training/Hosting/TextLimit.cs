using System.Globalization;
using Peft.Models;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>The longest texts that fit the backbone's positions together with a method's virtual tokens.</summary>
internal static class TextLimit
{
    /// <summary>The value of <see cref="TrainingOptions.MaxLength"/> that stands for a measured length.</summary>
    public const int Automatic = 0;

    private const int Shortest = 8;
    private const double Share = 0.99;

    /// <summary>Lowers the largest length so that texts cut to it fit.</summary>
    /// <param name="model">The model with its active adapters.</param>
    /// <param name="options">The run's settings.</param>
    /// <returns>The settings, with a lower <see cref="TrainingOptions.MaxLength"/> if virtual tokens need the positions.</returns>
    /// <exception cref="TrainingOptionsException">The virtual tokens leave no position.</exception>
    public static TrainingOptions Apply(PeftModel model, TrainingOptions options)
    {
        var positions = BackboneModel.Cast(model.Backbone).MaxLength;
        var reserved = Reserved(model);
        if (reserved >= positions)
            throw new TrainingOptionsException(
                "method", $"{options.Method} has {reserved} virtual tokens, which leave no position for texts; the backbone has "
                    + $"{positions} positions. Give it fewer");
        return options with { MaxLength = Math.Min(options.MaxLength, positions - reserved) };
    }

    /// <summary>The length that 99% of texts fit, for <c>--max-length auto</c>.</summary>
    /// <param name="lengths">Tokens of each text, without a limit.</param>
    public static int Fitting(IReadOnlyList<int> lengths) =>
        Math.Max(Shortest, lengths.Order().ElementAt(Math.Max(0, (int)Math.Ceiling(Share * lengths.Count) - 1)));

    /// <summary>Replaces <c>auto</c> by a number.</summary>
    /// <param name="model">The model with its active adapters.</param>
    /// <param name="options">The run's settings.</param>
    /// <param name="lengths">Tokens of each text, without a limit; null if the task does not measure them.</param>
    /// <param name="notice">Receives the length.</param>
    /// <exception cref="TrainingOptionsException">The task does not measure its texts, or virtual tokens leave no position.</exception>
    public static TrainingOptions Resolve(PeftModel model, TrainingOptions options, IReadOnlyList<int>? lengths, Action<string> notice)
    {
        if (options.MaxLength != Automatic)
            return options;
        if (lengths is not { Count: > 0 })
            throw new TrainingOptionsException("max-length", $"auto is not for task {options.Task}; give a number");
        var chosen = Apply(model, options with { MaxLength = Fitting(lengths) });
        notice(string.Create(
            CultureInfo.InvariantCulture, $"--max-length auto: texts may have {chosen.MaxLength} tokens; the longest of "
                + $"{lengths.Count:N0} training rows has {lengths.Max():N0}"));
        return chosen;
    }

    /// <summary>How many texts were cut; null if none was.</summary>
    /// <param name="length">The largest length.</param>
    /// <param name="lengths">Tokens of each text, without a limit; null if the task does not measure them.</param>
    public static string? CutNotice(int length, IReadOnlyList<int>? lengths) => lengths?.Count(one => one > length) is > 0 and var cut
        ? string.Create(CultureInfo.InvariantCulture, $"{cut:N0} of {lengths.Count:N0} training rows ({100.0 * cut / lengths.Count:0.#}%) "
            + $"have more than {length} tokens and are cut; --max-length auto takes a length that 99% of them fit")
        : null;

    /// <summary>A notice about texts that were cut to a lower length than the run's settings give; null if none was.</summary>
    /// <param name="asked">The run's settings.</param>
    /// <param name="applied">The settings that <see cref="Apply"/> returned for them.</param>
    /// <param name="lengths">Tokens of each text.</param>
    public static string? Notice(TrainingOptions asked, TrainingOptions applied, IReadOnlyList<int> lengths) =>
        applied.MaxLength < asked.MaxLength && lengths.Any(length => length >= applied.MaxLength)
            ? $"texts are cut to {applied.MaxLength} tokens instead of --max-length {asked.MaxLength}, because the method's virtual tokens "
                + "take the other positions of the backbone"
            : null;

    /// <summary>The positions that methods use before the real tokens.</summary>
    private static int Reserved(PeftModel model)
    {
        var points = model.Sites.Select(address => address.Point).Distinct().ToList();
        var shift = points.OfType<AttentionPoint>().Select(point => point.PositionShift).DefaultIfEmpty().Max();
        using var frozen = no_grad();
        using var mode = new EvaluationMode(model.Backbone);
        using var scope = NewDisposeScope();
        return shift + points.OfType<EmbeddingPoint>().Sum(point => (int)model.Run(() => VirtualTokens.Elements(point)).shape[0]);
    }
}
