using Peft.Models;
using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>The longest texts that fit the backbone's positions beside a method's virtual tokens.</summary>
internal static class TextLimit
{
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

    /// <summary>What to say of texts that were cut to less than the run's settings ask for; null if none was.</summary>
    /// <param name="asked">The run's settings.</param>
    /// <param name="applied">The settings that <see cref="Apply"/> made of them.</param>
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
