namespace Peft.Models;

/// <summary>How a field of config.json is treated.</summary>
internal enum FieldUse
{
    /// <summary>The model is built from it.</summary>
    Implemented,

    /// <summary>It changes nothing that Peft computes with the checkpoint.</summary>
    Harmless,

    /// <summary>It changes the model in a way that is not implemented: any value but the neutral one is refused.</summary>
    Refused,
}

/// <summary>A known field of a family's config.json.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Use">How it is treated.</param>
/// <param name="Note">What it means or why it is harmless, for the table in the documentation.</param>
/// <param name="Neutral">The neutral value as JSON, of a refused field; null and an absent field are neutral too.</param>
internal sealed record ConfigField(string Name, FieldUse Use, string Note, string Neutral = "null");
