namespace Peft.Models;

/// <summary>What other libraries' files record of a model's backbone.</summary>
internal static class ForeignFacts
{
    /// <summary>The backbone's facts.</summary>
    /// <param name="model">The model.</param>
    /// <param name="format">The format to be written, for the message.</param>
    /// <exception cref="AdapterExportException">The backbone has none.</exception>
    public static BackboneFacts Get(PeftModel model, string format) => (model.Backbone as IBackbone)?.Facts
        ?? throw new AdapterExportException(
            format, $"a {model.Backbone.GetName()} is no model of Hugging Face's: it has no {nameof(IBackbone)}.{nameof(IBackbone.Facts)}");

    /// <summary>Whether the backbone is known to be a decoder.</summary>
    public static bool IsDecoder(PeftModel model) => model.Backbone is IBackbone { Facts.IsDecoder: true };
}
